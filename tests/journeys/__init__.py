"""The journeys in a real browser: each starts at the sign-in page and uses only what is on the screen."""

from playwright.sync_api import Page

from reports.demo import PASSWORD


def sign_in(page: Page, url: str, user: str) -> None:
    """Sign in as `user`@demo.example, through the form."""
    page.goto(f"{url}/")
    page.get_by_label("Email").fill(f"{user}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/")
