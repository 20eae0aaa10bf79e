import { asSomeone, expect, signIn, test } from "./support";

const home = "Université Exemple de Belcor";
const full = `${home} → Université Exemple de Lomsal`;

test("a student finds an exchange by home, level and country, and learns whether one can go", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto("/fr/exchanges");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Échanges");
  const rail = page.locator("form.filters");
  const open = async () => {
    if (!(await rail.isVisible())) {
      await page.locator("details.rail > summary").click();
    }
  };
  await open();
  await rail.getByLabel("Établissement d’origine").selectOption({ label: home });
  await rail.getByLabel("Niveau d’études").selectOption("7");
  await rail.getByLabel("Pays d’accueil").selectOption("CA");
  await rail.getByRole("button", { name: "Appliquer" }).click();
  await expect(page).toHaveURL(/home=.*level=7|level=7.*home=/);
  const lines = page.locator("#exchanges tbody tr");
  await expect(lines).toHaveCount(1);
  await expect(lines.first()).toContainText("Université Exemple de Lomsal");
  await expect(lines.first()).toContainText("Complet (3 places)");
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await sideways(), "a phone does not scroll sideways").toBeLessThanOrEqual(0);

  // With places left only, nothing is left; without the filter it is back.
  await open();
  await rail.getByLabel("Avec des places libres").check();
  await rail.getByRole("button", { name: "Appliquer" }).click();
  await expect(page.getByText("Aucun échange ne correspond")).toBeVisible();
  await page.getByRole("link", { name: /Retirer le filtre.*places libres/ }).click();
  await expect(lines).toHaveCount(1);

  await lines.first().getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(full);
  await expect(page.locator("#places")).toContainText("Complet (3 places)");
  await expect(page.locator("#deadlines")).toContainText("10 avril");
  expect(await sideways(), "a phone does not scroll sideways").toBeLessThanOrEqual(0);

  // The level one looked with is there already.
  const check = page.locator("#check");
  await expect(check.getByLabel("Niveau du diplôme préparé")).toHaveValue("7");
  await check.getByLabel("Domaine d’études").selectOption("0613");
  await check.getByLabel("Année d’études au départ").fill("quatre");
  await check.getByLabel("Langues et niveaux").fill("anglais B1");
  await check.getByRole("button", { name: "Vérifier" }).click();
  await expect(page.locator("#f-study_year-error")).toBeVisible();
  await expect(check.getByLabel("Langues et niveaux")).toHaveValue("anglais B1");
  await check.getByLabel("Année d’études au départ").fill("4");
  await check.getByRole("button", { name: "Vérifier" }).click();
  await expect(check).toContainText("Au moins une condition n’est pas remplie");
  await expect(page.locator("#answers tr", { hasText: "Langue" })).toContainText("Non rempli");
  await check.getByLabel("Langues et niveaux").fill("anglais C1");
  await check.getByRole("button", { name: "Vérifier" }).click();
  await expect(check).toContainText("Toutes les conditions sont remplies");
  await expect(page.locator("#answers")).toContainText("Accord, version 1");
});

test("the catalogue leads to institutions, agreements and, for an office, to nominating", async ({ page, browser }, info) => {
  await page.goto("/fr/institutions?q=belcor");
  await page.locator("#institutions a.row-link").first().click();
  await expect(page.locator("#exchanges")).toContainText("Université Exemple de Vertar");
  await page.getByRole("link", { name: "Tous ceux ouverts à ses étudiants" }).click();
  await expect(page.locator("#exchanges tbody tr")).toHaveCount(3);
  await page.locator("#exchanges a.row-link", { hasText: "Vertar" }).click();
  await expect(page.locator("#places")).toContainText("Complet (4 places)");
  await expect(page.getByRole("link", { name: "Nommer un étudiant" })).toHaveCount(0);
  await page.getByRole("link", { name: "Lire l’accord" }).click();
  await page.getByRole("link", { name: /Voir les places/ }).first().click();
  await expect(page).toHaveURL(/\/fr\/exchanges\//);
  const address = page.url();

  const office = await asSomeone(browser, null, info.project.use.javaScriptEnabled !== false);
  await signIn(office, "officer.belcor");
  await office.goto(address);
  await expect(office.getByRole("link", { name: "Nommer un étudiant" })).toBeVisible();
  await expect(office.getByRole("link", { name: "Voir le registre des places" })).toBeVisible();
  await office.context().close();
});
