import { awake, chooseParty, expect, people, signIn, test } from "./support";

test("a promise is entered with its agreement, observed, withdrawn and observed again", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await page.setViewportSize({ width: 360, height: 800 });
  await signIn(page, people.lead);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("double_degree");
  await page.getByLabel("Titre en français").fill(`Double diplôme suivi ${mark}`);
  await page.locator("input[name='form[starts]']").fill("2024-09-01");
  await chooseParty(page, 1, "ece", /^ECE/, hasScript);

  // A row too many is taken away again; what was typed stays.
  const add = page.getByRole("button", { name: "Ajouter un engagement" });
  await add.click();
  await awake(page, hasScript);
  await add.click();
  await awake(page, hasScript);
  await page.locator("#commitment-1").getByRole("button", { name: "Retirer l’engagement 2" }).click();
  await expect(page.locator("#commitment-1")).toHaveCount(0);
  await expect(page.getByLabel("Titre en français")).toHaveValue(`Double diplôme suivi ${mark}`);
  await awake(page, hasScript);

  const row = page.locator("#commitment-0");
  await row.getByLabel("L’engagement, en français").fill("Boursiers dans chaque promotion");
  await row.getByLabel("Comment il se mesure").selectOption("share");
  await row.getByLabel("Partie qui en répond").selectOption({ label: "ECE" });
  await row.getByLabel("À quel rythme").selectOption("academic_year");
  await row.getByText("Période et échéance").click();
  await row.getByLabel("Échéance").fill("2026");
  const save = page.getByRole("button", { name: "Enregistrer le brouillon" }).last();
  await save.click();
  await expect(row.getByText("Ce champ est obligatoire.")).toBeVisible();
  await expect(row.getByText("Ce qui se répète est dû à la fin de chaque période")).toBeVisible();
  await awake(page, hasScript);
  await row.getByLabel("Cible").fill("30");
  await row.getByLabel("Échéance").fill("");
  await save.click();
  await expect(page.getByRole("status").first()).toContainText("consigné");
  const promises = page.locator("#commitments");
  await expect(promises).toContainText("30 % au moins, chaque année universitaire");
  await expect(promises).toContainText("Pas encore mesuré");

  await promises.getByRole("link", { name: "Noter une observation" }).click();
  const observe = async (value: string, evidence: string) => {
    await page.getByLabel("Constaté le").fill("hier");
    await page.getByLabel("Valeur constatée").fill(value);
    await page.getByLabel("Ce qui l’atteste").fill(evidence);
    await page.getByRole("button", { name: "Noter l’observation" }).click();
    await expect(page.locator("#f-form-observed_on-error")).toContainText("Cette date n’est pas comprise");
    await expect(page.getByLabel("Ce qui l’atteste")).toHaveValue(evidence);
    await page.getByLabel("Constaté le").fill(new Date().toISOString().slice(0, 10));
    await page.getByRole("button", { name: "Noter l’observation" }).click();
    await expect(page.getByRole("status").first()).toContainText("L’observation est notée");
  };
  await observe("28,5", "Bilan de rentrée");
  await expect(promises).toContainText("Menacé");
  await promises.getByRole("link", { name: /Retirer l’observation « 28,5 %/ }).click();
  await page.getByLabel("Raison du retrait").fill("Mauvaise promotion");
  await page.getByRole("button", { name: "Retirer l’observation" }).click();
  await expect(page.getByRole("status").first()).toContainText("L’observation est retirée");
  await expect(promises).toContainText("Mauvaise promotion");
  await expect(promises).toContainText("Pas encore mesuré");
  await promises.getByRole("link", { name: "Noter une observation" }).click();
  await observe("31", "Bilan corrigé");
  await expect(promises).toContainText("En bonne voie");
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways, "a phone does not scroll sideways").toBeLessThanOrEqual(0);
});
