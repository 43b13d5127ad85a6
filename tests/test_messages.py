"""After each save there is a message: no view that changes something redirects without one."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
VIEWS = sorted(ROOT.glob("*/views/*.py"))
LEVELS = {"success", "info", "warning", "error"}
# Views whose next page says by itself what was done.
PAGE_SAYS_IT = {
    "first_days_show": "the list of first steps, shown again",
    "build_request": "the page of the build, with its progress",
    "export_request": "the page of the export, with its progress",
    "document_request": "the page of the document, with its progress",
    "interview_start": "the notes, which are open now",
    "table_import_sheet": "the next step of the import, which shows the rows that were chosen",
    "table_import_columns": "the next step of the import, which shows the columns that were chosen",
    "table_import_values": "the next step of the import, which shows the values that were chosen",
    "table_import_preview": "the first step that is not decided",
    "interview_import": "the next step of the import, which shows what the files say",
    "notes_import_columns": "the preview of the import",
    "notes_import_preview": "the columns, which are not decided",
    "notes_import_discard": "the page of imports, for one that was discarded before",
    "entry_draft_discard": "the list of unfinished forms, for a form that was discarded before",
    "table_import_discard": "the page of imports, for a table that was discarded before",
    "import_mapping_forget": "the page of imports, for columns that were forgotten before",
    "group_leave": "the groups to choose from, with this one free again",
    "join": "the groups of the workshop; nothing was saved",
    "_join": "the page of the group that was taken",
}

Function = ast.FunctionDef
FUNCTIONS = [
    (path, node) for path in VIEWS for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function)
]


def calls(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
            yield ast.unparse(call.func)


def speaks(node: ast.AST, speaking: set[str]) -> bool:
    """Whether a message is written here, directly or by a function that writes one."""
    return any(name in speaking or name in {f"messages.{level}" for level in LEVELS} for name in calls(node))


def speaking_functions() -> set[str]:
    found: set[str] = set()
    while True:
        now = {node.name for _, node in FUNCTIONS if speaks(node, found)}
        if now == found:
            return found
        found = now


def silent_redirects(function: Function, speaking: set[str]) -> list[int]:
    """The lines of redirects after a POST that are reached without a message."""
    silent: list[int] = []

    def read(statements: Sequence[ast.stmt], told: bool, posted: bool) -> bool | None:
        """Whether a message was written by the end of the statements; None where they do not reach an end."""
        for one in statements:
            if isinstance(one, ast.Return):
                redirects = one.value is not None and any("redirect" in name for name in calls(one.value))
                if redirects and posted and not told and not speaks(one, speaking):
                    silent.append(one.lineno)
                return None
            if isinstance(one, ast.Raise):
                return None
            if isinstance(one, ast.If):
                test = ast.unparse(one.test)
                told = told or speaks(one.test, speaking)
                is_get = "method != 'POST'" in test
                is_post = not is_get and ("POST" in test or "is_valid" in test)
                ends = [
                    read(one.body, told, not is_get and (posted or is_post)),
                    read(one.orelse, told, posted or is_get),
                ]
                posted = (posted or is_get) and not (ends[0] is None and test == "request.method == 'POST'")
                reached = [end for end in ends if end is not None]
                if not reached:
                    return None
                told = all(reached)
            elif isinstance(one, ast.With):
                end = read(one.body, told, posted)
                if end is None:
                    return None
                told = end
            elif isinstance(one, ast.Try):
                ends = [read([*one.body, *one.orelse], told, posted)]
                ends += [read(handler.body, told, posted) for handler in one.handlers]
                reached = [end for end in ends if end is not None]
                if not reached:
                    return None
                told = all(reached)
            elif isinstance(one, ast.For | ast.While):
                read(one.body, told, posted)
                told = told or speaks(one, speaking)  # one message for each fault, of which there is at least one
            elif not isinstance(one, Function):
                told = told or speaks(one, speaking)
        return told

    posts_only = {"require_POST", "posted_from"}
    decorators = [ast.unparse(one).partition("(")[0] for one in function.decorator_list]
    read(function.body, told=False, posted=not posts_only.isdisjoint(decorators))
    return silent


def test_no_view_that_saves_redirects_without_a_message() -> None:
    speaking = speaking_functions()
    silent = {
        f"{path.relative_to(ROOT)} {node.name}": lines
        for path, node in FUNCTIONS
        if node.name not in PAGE_SAYS_IT and (lines := silent_redirects(node, speaking))
    }
    assert silent == {}
    redirecting = [node.name for _, node in FUNCTIONS if any(name == "redirect" for name in calls(node))]
    assert len(redirecting) > 120, "the views were read"
    assert set(PAGE_SAYS_IT) <= set(redirecting), "the list holds no view that is gone"


def test_a_silent_redirect_is_found() -> None:
    view = """
@require_POST
def save(request):
    if request.POST.get("x"):
        messages.success(request, "Saved.")
    else:
        change(request)
    return redirect("/")
"""
    (function,) = (node for node in ast.walk(ast.parse(view)) if isinstance(node, Function))
    assert silent_redirects(function, set()) == [8]
    assert silent_redirects(function, {"change"}) == []
