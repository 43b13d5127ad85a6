"""forms.js: which fields differ from what the server sent."""

from playwright.sync_api import expect

from tests.js.conftest import Pages

FIELDS = """<input name="line" value="As served"><textarea name="text">As served</textarea>
<select name="plain"><option value="">–</option><option>A</option></select>
<select name="chosen"><option>A</option><option selected>B</option></select><select name="empty"></select>
<input type="radio" name="mark" value="yes" checked><input type="radio" name="mark" value="no">
<input type="checkbox" name="box" value="1" checked>"""
TYPED = """() => [...document.querySelectorAll("[name]")].filter((field) => ctnatForms.isTyped(field))
    .map((field) => field.type === "radio" ? `${field.name}=${field.value}` : field.name)"""


def test_a_field_is_typed_in_where_it_differs_from_what_was_served(pages: Pages) -> None:
    page = pages.open(f"<form>{FIELDS}</form>", "js/forms.js")
    assert page.evaluate(TYPED) == []
    page.locator("[name=line], [name=text]").evaluate_all(
        "fields => fields.forEach((field) => { field.value = 'New' })"
    )
    page.locator("[name=plain]").select_option("A")
    page.locator("[name=chosen]").select_option("A")
    page.locator("[value=no]").check()
    page.locator("[name=box]").uncheck()
    assert page.evaluate(TYPED) == ["line", "text", "plain", "chosen", "mark=yes", "mark=no", "box"]
    page.locator("[name=chosen]").select_option("B")
    assert "chosen" not in page.evaluate(TYPED)


COUNTRY = """<meta name="htmx-config" content='{"includeIndicatorStyles": false}'>
<form><div hx-post="/propose/" hx-trigger="change" hx-include="closest form" hx-target="#proposals">
<select name="country" aria-label="Country"><option value=""></option><option>A</option><option>B</option></select>
</div><div id="proposals"></div></form>"""
BEFORE_SCRIPTS = """document.addEventListener("readystatechange", () => {
    if (document.readyState === "interactive") document.querySelector("select").value = "B";
})"""


def test_what_was_chosen_before_the_scripts_were_there_asks_once_they_are(pages: Pages) -> None:
    pages.answer("POST", "/propose/", lambda request: {"body": f"Proposed: {request.post_data}"})
    scripts = ("django_htmx/htmx-2.min.js", "js/app.js", "js/forms.js")
    pages.open(COUNTRY.replace("<option>B", "<option selected>B"), *scripts).wait_for_timeout(300)
    assert pages.sent == []  # the server has chosen it, and knows what follows
    pages.context.add_init_script(BEFORE_SCRIPTS)
    page = pages.open(COUNTRY, *scripts)
    expect(page.locator("#proposals")).to_have_text("Proposed: country=B")
    assert len(pages.sent) == 1
