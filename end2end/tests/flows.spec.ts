import { awake, chooseParty, expect, people, signIn, test } from "./support";

test("an exchange is logged with its flow and the return flow, corrected, and read by everyone", async ({ page, browser }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await page.setViewportSize({ width: 360, height: 800 });
  await signIn(page, people.lead);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("student_exchange");
  await page.getByLabel("Titre en français").fill(`Échange ouvert ${mark}`);
  await page.locator("input[name='form[starts]']").fill("2026-09-01");
  await chooseParty(page, 1, "ece", /^ECE/, hasScript);

  await page.getByRole("button", { name: "Ajouter un flux" }).click();
  await awake(page, hasScript);
  const there = page.locator("#flow-0");
  await there.getByLabel("Type de mobilité").selectOption("student_studies");
  await there.getByLabel("Partie qui envoie").selectOption({ label: "aivancity" });
  await there.getByLabel("Partie qui accueille").selectOption({ label: "ECE" });
  await there.getByLabel("Nombre de places", { exact: true }).fill("5?");
  await there.getByLabel("Première année universitaire").fill("2026");
  await there.getByText("Qui peut partir").click();
  await there.getByRole("checkbox", { name: "premier semestre" }).check();
  await there.getByRole("checkbox", { name: "année entière" }).check();
  await there.getByRole("checkbox", { name: "master (CEC 7)" }).check();
  await there.getByLabel("Langue 1", { exact: true }).selectOption("en");
  await there.getByLabel("Niveau de la langue 1").selectOption("B2");
  await there.getByText("Dates limites de nomination").click();
  await there.getByLabel("Dernier jour pour nommer, premier semestre").fill("10 avril");

  // The way back has the same places, and asks nothing yet.
  await there.getByRole("button", { name: "Ajouter le flux retour du flux 1" }).click();
  await awake(page, hasScript);
  const back = page.locator("#flow-1");
  await expect(back.getByLabel("Partie qui envoie").locator("option:checked")).toHaveText("ECE");
  await expect(back.getByLabel("Nombre de places", { exact: true })).toHaveValue("5?");
  await expect(back.getByRole("checkbox", { name: "année entière" })).toBeChecked();
  await expect(back.getByLabel("Langue 1", { exact: true })).toHaveValue("");
  await expect(there.getByLabel("Dernier jour pour nommer, premier semestre")).toHaveValue("10 avril");

  // A row too many is taken away again.
  await page.getByRole("button", { name: "Ajouter un flux" }).click();
  await awake(page, hasScript);
  await page.locator("#flow-2").getByRole("button", { name: "Retirer le flux 3" }).click();
  await awake(page, hasScript);
  await expect(page.locator("#flow-2")).toHaveCount(0);

  // The pool is named, then chosen in both flows.
  await page.getByRole("button", { name: "Ajouter un contingent" }).click();
  await awake(page, hasScript);
  await page.locator("#pool-0").getByLabel("Nom, en français").fill("Places communes");
  await page.locator("#pool-0").getByLabel("Nombre de places").fill("8");
  const save = page.getByRole("button", { name: "Enregistrer le brouillon" }).last();
  await back.getByLabel("Nombre de places", { exact: true }).fill("");
  await save.click();
  await expect(page.locator("#f-form-flows-0-first_year-error")).toContainText("2026/2027");
  await awake(page, hasScript);
  for (const row of [there, back]) {
    await row.getByLabel("Première année universitaire").fill("2026/2027");
    await row.getByText("Décompte").click();
    await row.getByLabel("Contingent partagé").selectOption({ label: "Places communes" });
  }
  await there.getByLabel("Années où le nombre diffère").fill("2027/2028: 3, 2028/2029: -");
  await there.getByLabel("Mois (étudiants) ou jours (personnel) en tout").fill("25,5");
  await there.getByLabel("Ce qu’une année laisse libre sert l’année suivante").check();
  await there.getByLabel("Poids d’une place dans l’équilibre").fill("0,5");
  // What two flows share is counted alike.
  await there.getByLabel("Une place est").selectOption("semester");
  await save.click();
  await expect(page.locator("#f-form-flows-1-unit-error")).toContainText("dans une autre unité");
  await awake(page, hasScript);
  await expect(there.getByLabel("Années où le nombre diffère")).toHaveValue("2027/2028: 3, 2028/2029: -");
  await there.getByLabel("Une place est").selectOption("person");
  await save.click();
  await expect(page.getByRole("status").first()).toContainText("consigné");

  const flows = page.locator("#flows");
  await expect(flows.getByRole("listitem").filter({ hasText: "aivancity → ECE" })).toContainText("5 par année");
  await expect(flows.getByRole("listitem").filter({ hasText: "ECE → aivancity" })).toContainText("pas encore convenu");
  await expect(flows).toContainText("anglais B2, recommandé");
  await expect(flows).toContainText("nomination avant le 10 avril inclus");
  await expect(flows).toContainText("Places communes : 8 par année");
  for (const words of ["2027/2028 : 3", "2028/2029 : pas encore convenu", "25,5 mois", "sert l’année suivante", "0,5"]) {
    await expect(flows).toContainText(words);
  }
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways, "a phone does not scroll sideways").toBeLessThanOrEqual(0);

  // Once it is published, everyone reads them.
  await page.getByRole("button", { name: "Partager avec les parties" }).click();
  await page.getByRole("button", { name: "Publier dans le registre" }).click();
  const address = page.url().split("?")[0];
  const context = await browser.newContext({ baseURL: process.env.ENTENTE_URL, javaScriptEnabled: hasScript });
  const visitor = await context.newPage();
  await visitor.goto(address.replace("/fr/", "/en/"));
  await expect(visitor.locator("#flows")).toContainText("not yet agreed");
  await context.close();
});
