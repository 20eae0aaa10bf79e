import { expect, test as base, type Browser, type Page } from "@playwright/test";

export const password = process.env.ENTENTE_DEMO_PASSWORD ?? "demo-Entente-2026!";

/** Someone invented by the demonstration, by the first part of the address. */
export const people = {
  officer: "officer.aivancity",
  secondOfficer: "officer2.aivancity",
  lead: "lead.aivancity",
  stranger: "officer.ece",
  partner: "lead.ece",
  home: "lead.ales",
  homeOfficer: "officer.ales",
  student: "etudiant1.ales",
  otherStudent: "etudiant2.ales",
  administrator: "administrator",
};

/** A page whose console must stay silent. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => {
      // A click that comes before the animation between two pages has ended cuts it short: the browser says so.
      if (!String(error).includes("ViewTransition opt-in disabled")) {
        errors.push(String(error));
      }
    });
    page.on("console", (message) => {
      // A page that is meant to answer 4xx is reported by the browser as a failed resource.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        errors.push(message.text());
      }
    });
    await use(page);
    expect(errors, "the console stays silent").toEqual([]);
  },
});

export { expect };

export async function signIn(page: Page, who: string, lang = "fr") {
  await page.goto(`/${lang}/sign-in`);
  await page.locator("main input[name=email]").fill(`${who}@exemple.invalid`);
  await page.locator("main input[name=password]").fill(password);
  await page.locator("main form[action='/api/sign_in'] button").click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** A page of someone else, with a session of their own. */
export async function asSomeone(browser: Browser, who: string | null, javaScriptEnabled: boolean) {
  const context = await browser.newContext({ baseURL: process.env.ENTENTE_URL, javaScriptEnabled });
  const page = await context.newPage();
  if (who) {
    await signIn(page, who);
  }
  return page;
}

/** Chooses the institution of a party: by suggestion with a script, by the search button without. */
export async function chooseParty(page: Page, index: number, typed: string, name: RegExp, hasScript: boolean) {
  const party = page.locator(`#party-${index}`);
  const field = party.locator(`input[name='form[parties][${index}][search]']`);
  if (hasScript) {
    await field.pressSequentially(typed, { delay: 20 });
    await party.getByRole("option", { name }).first().click();
    await expect(party.locator(".chosen .who")).toHaveText(name);
  } else {
    await field.fill(typed);
    await party.locator(`button[value='find_party:${index}']`).click();
    await page.locator(`#party-${index}`).getByRole("radio", { name }).check();
  }
}

/** Waits until the islands of the page are awake: suggestions answer, keys are listened to. */
export async function awake(page: Page, hasScript: boolean) {
  if (hasScript) {
    await page.waitForLoadState("networkidle");
  }
}
