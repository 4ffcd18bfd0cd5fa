"""The webmail's page as a person uses it: what is to be seen is found and clicked, nothing else."""

import contextlib

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from . import browser, lab, people
from .wait import until

URL = f"https://webmail.{lab.DOMAIN}"


class Page:
    def __init__(self, driver):
        self.driver = driver

    def visible(self, selector, seconds=30):
        kind = By.XPATH if selector.startswith("/") else By.CSS_SELECTOR

        def probe():
            with contextlib.suppress(StaleElementReferenceException):
                return next((one for one in self.driver.find_elements(kind, selector) if one.is_displayed()), None)
        return until(probe, seconds, f"{selector} on {self.driver.current_url}")

    def click(self, selector):
        # The page fades things in; a script's click does not mind what still lies above.
        self.driver.execute_script("arguments[0].click()", self.visible(selector))

    def type(self, selector, text):
        self.visible(selector).send_keys(text)

    def login(self, user, password):
        self.driver.get(f"{URL}/")
        self.type("input[ng-model='app.creds.username']", people.address(user))
        self.type("input[ng-model='app.creds.password']", password)
        self.click("button[type=submit][aria-label='Connect']")

    def inbox(self):
        self.visible("//button[@aria-label='Write a new message']")

    def send(self, recipient, subject, text):
        # The round button opens a choice: here, or in a window.
        self.click("//button[@aria-label='Write a new message']")
        here = "[ng-click='mailbox.newMessage($event)']"
        until(lambda: self.driver.find_elements(By.CSS_SELECTOR, here), 10, "the choice of the round button")
        self.driver.execute_script("arguments[0].click()", self.driver.find_element(By.CSS_SELECTOR, here))
        self.type("md-chips[ng-model='editor.message.editable.to'] input", recipient + Keys.ENTER)
        self.type("input[ng-model='editor.message.editable.subject']", subject)
        self.write(text)
        self.click("[ng-click='editor.send()']:not([disabled])")
        until(lambda: not self.driver.find_elements(By.CSS_SELECTOR, "[ng-click='editor.send()']"), 30, "the editor closes")

    def write(self, text):
        """Into the editor, which is a document of its own."""
        self.driver.switch_to.frame(self.visible("iframe.cke_wysiwyg_frame"))
        body = self.visible("body[contenteditable=true]")
        body.click()
        body.send_keys(text)
        until(lambda: text in body.text, 10, "the text in the editor")
        self.driver.switch_to.default_content()
        # The editor hands its text on when it is left.
        self.visible("input[ng-model='editor.message.editable.subject']").click()

    def read(self, subject):
        """The text of the newest message with this subject."""
        row = f"//md-list-item[contains(., '{subject}')]//button[contains(@ng-click, 'selectMessage')] | //button[contains(@aria-label, '{subject}')]"

        def probe():
            self.click("//button[.//md-icon[text()='refresh']]")
            return self.driver.find_elements(By.XPATH, row)
        until(probe, 60, f"{subject} in the list", every=2)
        self.driver.execute_script("arguments[0].click()", self.driver.find_elements(By.XPATH, row)[0])
        return self.visible("//*[contains(@class, 'mailer_mailcontent') or contains(@class, 'viewer-section') or contains(@class, 'sg-mail-part')]").text


@contextlib.contextmanager
def opened():
    with browser.opened() as driver:
        yield Page(driver)
