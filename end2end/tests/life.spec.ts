import { awake, chooseParty, expect, people, signIn, test } from "./support";

test("an agreement goes from draft to renewal, and the old one is terminated by its lead", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.lead);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("framework");
  await page.getByLabel("Titre en français").fill(`Convention à renouveler ${mark}`);
  await page.locator("input[name='form[starts]']").fill("2021-09-01");
  await page.locator("input[name='form[ends]']").fill("2031-08-31");
  await chooseParty(page, 1, "choose paris", /Choose Paris Region/, hasScript);
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
  const address = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Partager avec les parties" }).click();
  await page.goto(`${address}/sign`);
  for (const evidence of await page.getByLabel("Ce qui l’atteste").all()) {
    await evidence.fill("Original signé");
  }
  await page.getByRole("button", { name: "Consigner les signatures" }).click();
  await expect(page.locator("main .heading")).toContainText("En vigueur");

  // Renewed: a linked draft for the next ten years.
  await page.getByText("Suite et fin").click();
  await page.getByRole("button", { name: "Renouveler" }).click();
  await expect(page.getByRole("status").first()).toContainText("brouillon du renouvellement");
  await expect(page.locator("main")).toContainText("1er septembre 2031");
  await expect(page.locator("main")).toContainText("Renouvelle « Convention à renouveler");
  await page.getByRole("link", { name: /Renouvelle «/ }).click();
  await expect(page).toHaveURL(new RegExp(`${address}$`));

  // Terminated: too short a notice needs a reason, and nothing typed is lost.
  await page.getByText("Suite et fin").click();
  await page.getByRole("link", { name: "Dénoncer" }).click();
  await page.getByLabel("Notifié le").fill("10/01/2026");
  await page.getByLabel("Premier jour sans effet").fill("10/02/2026");
  await page.getByRole("button", { name: "Dénoncer" }).click();
  await expect(page.getByText("Le préavis est de 12 mois").first()).toBeVisible();
  await expect(page.getByLabel("Premier jour sans effet")).toHaveValue("10/02/2026");
  await page.getByLabel("Premier jour sans effet").fill("10/02/2030");
  await page.getByRole("button", { name: "Dénoncer" }).click();
  await expect(page.getByRole("status").first()).toContainText("La dénonciation est consignée");
  await expect(page.locator("main")).toContainText("Dénoncé par aivancity");
  await expect(page.locator("main")).toContainText("Dénoncé : sans effet à partir du 10 février 2030.");
  await page.getByText("Suite et fin").click();
  await page.getByRole("button", { name: "Revenir sur la dénonciation" }).click();
  await expect(page.getByRole("status").first()).toContainText("l’accord suit son cours");

  // A filtered list is renewed at once; what is not taken is named with its reason.
  await page.goto(`/fr/agreements?q=${encodeURIComponent(mark)}`);
  await page.getByRole("link", { name: "Renouveler cette liste…" }).click();
  await expect(page.getByText("Un autre accord le suit déjà.")).toBeVisible();
  await expect(page.getByText("Aucun accord de cette liste ne peut être renouvelé.")).toBeVisible();
});
