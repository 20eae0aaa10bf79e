import { awake, chooseParty, expect, people, signIn, test } from "./support";

/** Opens the form of a new agreement that would be valid but for what a test spoils. */
async function begin(page: import("@playwright/test").Page, hasScript: boolean) {
  await signIn(page, people.officer);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("framework");
  await page.getByLabel("Titre en français").fill("Convention d’essai");
  await chooseParty(page, 1, "keio", /Kei/, hasScript);
}

const save = (page: import("@playwright/test").Page) =>
  page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();

test("each fault of an agreement is named at its field and in the summary, and nothing is lost", async ({
  page,
}, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  await begin(page, hasScript);
  const bell = String.fromCharCode(7);
  const long = "é".repeat(300);
  await page.getByLabel("Titre en français").fill(long);
  await page.locator("#f-form-title_en").evaluate((field, value) => ((field as HTMLInputElement).value = value), `a${bell}b`);
  await page.locator("input[name='form[starts]']").fill("2026");
  await page.locator("input[name='form[ends]']").fill("2024");
  await page.locator("input[name='form[fields]']").fill("9876");
  await page.locator("input[name='form[parties][0][signed_on]']").fill("31/02/2024");
  await page.getByLabel("Résumé en français").fill("</textarea><script>alert(1)</script>");
  await save(page);
  const summary = page.locator("#error-summary");
  await expect(summary).toBeVisible();
  for (const words of ["300 caractères", "invisible", "La fin est avant le début", "ISCED-F", "n’est pas comprise"]) {
    await expect(summary).toContainText(words);
  }
  await expect(page.locator("#f-form-title_fr-error")).toContainText("300 caractères");
  await expect(page.locator("#f-form-ends-error")).toContainText("avant le début");
  await expect(page.getByLabel("Titre en français")).toHaveValue(long);
  await expect(page.getByLabel("Résumé en français")).toHaveValue("</textarea><script>alert(1)</script>");
  await expect(page.locator("input[name='form[parties][0][signed_on]']")).toHaveValue("31/02/2024");
  await summary.getByRole("link").first().click();
});

test("one party only, and a party twice, are refused in words", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  await begin(page, hasScript);
  await page.getByRole("button", { name: "Retirer la partie 2" }).click();
  await awake(page, hasScript);
  await save(page);
  await expect(page.locator("#error-summary")).toContainText("au moins deux parties");
  await awake(page, hasScript);
  await page.getByRole("button", { name: "Ajouter une partie" }).click();
  await awake(page, hasScript);
  await chooseParty(page, 1, "aivancity", /aivancity/, hasScript);
  await save(page);
  await expect(page.locator("#error-summary")).toContainText("déjà partie à l’accord");
});

test("an Erasmus code that stays broken is refused, or kept when one says so; a language must be one", async ({
  page,
}, info) => {
  const mark = `${info.project.name} ${Date.now() % 1_000_000}`;
  await signIn(page, people.officer, "en");
  await page.goto("/en/institutions/new");
  await page.locator("main select[name='form[kind]']").selectOption("university");
  await page.getByLabel("Name in English").fill(`Invented University ${mark}`);
  await page.locator("main select[name='form[country]']").selectOption("PT");
  await page.getByLabel("Name in another language").fill("Universidade inventada");
  await page.getByLabel("Code of that language").fill("klingon!");
  await page.getByLabel("Erasmus code", { exact: true }).fill(`P LISBOA ${mark}`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("#f-form-erasmus-error")).toContainText("does not follow the pattern");
  await expect(page.locator("#f-form-language_other-error")).toContainText("not recognised");
  await page.getByLabel("Code of that language").fill("pt");
  await page.getByLabel("Keep this Erasmus code").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Invented University ${mark}`);
  await expect(page.getByText("does not follow the pattern, kept as given")).toBeVisible();

  await page.goto("/en/institutions/new");
  await page.locator("main select[name='form[kind]']").selectOption("university");
  await page.getByLabel("Name in English").fill(`invented university ${mark}`);
  await page.locator("main select[name='form[country]']").selectOption("PT");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This institution may exist already").first()).toBeVisible();
  await expect(page.locator("#duplicates")).toContainText(`Invented University ${mark}`);
  await page.getByLabel("It is another institution").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`invented university ${mark}`);
});
