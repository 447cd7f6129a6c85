"""A morning of the DPO, in a real browser, at a desk and on a phone."""

from typing import Any

import pytest

from tests.support.desk import PASSWORD, TestDesk

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
#: Pages that axe looks at, beside those on the way.
LOOKED_AT = ("/", "/cases", "/figures", "/outbox", "/search?q=2026", "/set-aside", "/profile", "/case/2026-0002",
             "/missed", "/case/2026-0001/deliver")  # fmt: skip


class Person:
    """Someone at a browser. Complaints of the console of the browser are collected."""

    def __init__(self, browser: Any, desk: TestDesk, width: str, *, script: bool = True) -> None:
        wide, high = WIDTHS[width]
        self.context = browser.new_context(
            viewport={"width": wide, "height": high}, locale="en-GB", java_script_enabled=script, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.desk = desk
        self.problems: list[str] = []
        self.page.on("console", lambda entry: self.problems.append(entry.text) if entry.type == "error" else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def go(self, path: str) -> None:
        self.page.goto(self.desk.desk.url + path)

    def sign_in(self, role: str) -> None:
        self.go("/sign-in")
        self.page.fill("#name", role)
        self.page.fill("#password", PASSWORD)
        self.page.fill("#code", self.desk.code(role))
        self.send("button.go")
        assert self.page.url.rstrip("/") == self.desk.desk.url

    def send(self, selector: str) -> None:
        """Click and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def press(self, *keys: str) -> None:
        """Press keys and wait for the page that follows."""
        with self.page.expect_navigation():
            for key in keys:
                self.page.keyboard.press(key)

    def act(self, ref: str, action: str, **fields: str) -> None:
        """Fill the form of an action on a case; a letter is shown first and then confirmed."""
        self.go(f"/case/{ref}")
        box = f"#a-{action}"
        self.page.click(f"{box} > summary")
        for name, value in fields.items():
            field = self.page.locator(f"{box} [name={name}]")
            if field.first.get_attribute("type") in ("checkbox", "radio"):
                self.page.check(f"{box} [name={name}][value={value}]")
            elif field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.send(f"{box} button")
        if self.page.locator("button[name=step]").count():
            self.send("main form button")
        assert "done=act" in self.page.url, self.page.inner_text("main")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_morning(chromium: Any, served: TestDesk, width: str) -> None:
    dpo = Person(chromium, served, width)
    dpo.sign_in("dpo")
    dpo.press("r")
    # The first is corrected to an access request; ten more are judged by keyboard alone.
    first = dpo.page.url.rsplit("/", 1)[1].split("?")[0]
    dpo.page.keyboard.press("x")
    dpo.page.check("input[name=rights][value=access]")
    dpo.send("form[action$='/correct'] button")
    assert "done=correct" in dpo.page.url
    for number in range(10):
        dpo.press(*("c",) if number % 2 else ("n", "Tab", "Enter"))
    states = [case.status for case in served.store.cases.all()]
    assert states.count("open") == 6 and states.count("closed") == 5

    _answer_and_extend(dpo, Person(chromium, served, width), first)
    dpo.go("/cases")
    with dpo.page.expect_download() as download:
        dpo.page.click("a[href^='/cases/export.xlsx']")
    assert download.value.suggested_filename.endswith(".xlsx")
    assert dpo.problems == []


def _answer_and_extend(dpo: Person, controller: Person, ref: str) -> None:
    served = dpo.desk
    other = next(case.ref for case in served.store.cases.all() if case.status == "open" and case.ref != ref)
    dpo.act(other, "correct", rights="erasure")
    dpo.act(other, "record_advice", about="extend", advice="Two systems and three requests: agreed.")
    controller.sign_in("controller")
    controller.act(other, "extend", reason="Three requests concern four systems that must be searched by hand.")
    extended = served.store.cases.case_by_ref(other)
    assert extended is not None and any(item.clock_events for item in extended.rights)
    dpo.act(ref, "answer", right="access", purposes="account", delivery="by a secure link to your address")
    answered = served.store.cases.case_by_ref(ref)
    assert answered is not None and answered.rights[0].outcome == "granted"
    assert controller.problems == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_serious_barrier_and_nothing_wider_than_the_screen(chromium: Any, served: TestDesk, width: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    person = Person(chromium, served, width)
    person.context.close()
    wide, high = WIDTHS[width]
    # axe is put into the page by the test, so the page's own policy has to let it.
    person.context = chromium.new_context(viewport={"width": wide, "height": high}, locale="en-GB", bypass_csp=True)
    person.page = person.context.new_page()
    person.go("/sign-in")
    found = _barriers(axe, person)
    person.sign_in("dpo")
    for path in (*LOOKED_AT, "/review"):
        person.go(path)
        found += _barriers(axe, person)
        over = person.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{path} is {over} pixels too wide"
    found += _refused_forms(axe, person)
    assert found == []


def _refused_forms(axe: Any, person: Person) -> list[str]:
    """The barriers of forms that came back: an act with a field that is wrong, and one with ticks."""
    found: list[str] = []
    person.desk.desk.casework.correct("2026-0002", "dpo", ["access"])
    for form, chosen in (
        ("form[action$='/act/merge']", {"into": "2026-9999"}),
        ("form[action$='/act/answer']", {"done": "x"}),
    ):
        person.go("/case/2026-0002")
        person.page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
        for name, value in chosen.items():
            person.page.fill(f"{form} [name={name}]", value)
        person.send(f"{form} button")
        assert person.page.locator("[role=alert]").count() == 1
        found += _barriers(axe, person)
    return found


def _barriers(axe: Any, person: Person) -> list[str]:
    rules = axe.run(person.page).response["violations"]
    return [
        f"{person.page.url}: {rule['id']}: {rule['nodes'][0]['html'][:120]}"
        for rule in rules
        if rule["impact"] in ("serious", "critical")
    ]


def test_everything_works_without_script(chromium: Any, served: TestDesk) -> None:
    person = Person(chromium, served, "desktop", script=False)
    person.sign_in("dpo")
    person.send("a[href='/review'].go")
    ref = person.page.url.rsplit("/", 1)[1].split("?")[0]
    person.page.check("input[name=rights][value=erasure]")
    person.send("form[action$='/correct'] button")
    case = served.store.cases.case_by_ref(ref)
    assert case is not None and case.status == "open"
    person.act(ref, "note", text="Seen without script.")


def test_single_keys_can_be_switched_off(chromium: Any, served: TestDesk) -> None:
    person = Person(chromium, served, "desktop")
    person.sign_in("dpo")
    person.go("/profile")
    person.page.uncheck("#keys")
    person.go("/")
    person.page.keyboard.press("r")
    person.page.wait_for_timeout(300)
    assert person.page.url.rstrip("/") == served.desk.url
    person.go("/profile")
    person.page.check("#keys")
    person.go("/")
    person.press("r")
    assert "/review" in person.page.url
