import type { Page } from "@playwright/test";
import { asSomeone, awake, chooseParty, expect, people, signIn, test } from "./support";

/** Ticks the own party and approves; on the page of a revision. */
async function approve(page: Page) {
  await page.getByRole("checkbox", { name: /approuve cette version/ }).check();
  await page.getByRole("button", { name: "Approuver" }).click();
}

test("two offices negotiate: what changed while one read is not approved, the latest is, and it is signed", async ({
  page,
  browser,
}, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.lead);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("framework");
  await page.getByLabel("Titre en français").fill(`Convention entre deux services ${mark}`);
  await page.locator("input[name='form[starts]']").fill("2024-09-01");
  await chooseParty(page, 1, "ece", /^ECE/, hasScript);
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
  const address = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Partager avec les parties" }).click();
  await expect(page.getByRole("status").first()).toContainText("partagé");

  // The other office finds it, and proposes something else while the first reads.
  const partner = await asSomeone(browser, people.partner, hasScript);
  await partner.goto("/fr");
  await expect(partner.locator("#awaiting")).toContainText(mark);
  await page.getByRole("link", { name: "Lire pour approuver" }).click();
  await partner.goto(`${address}/edit`);
  await awake(partner, hasScript);
  await partner.getByLabel("Titre en français").fill(`Convention entre trois services ${mark}`);
  await partner.getByRole("button", { name: "Proposer cette modification" }).last().click();
  await expect(partner.getByRole("status").first()).toContainText("enregistré");

  await approve(page);
  await expect(page.getByText("Le contenu a changé pendant votre lecture")).toBeVisible();
  await page.goto(`${address}/revisions/2`);
  await expect(page.locator("#revisions del")).toHaveText("deux");
  await expect(page.locator("#revisions ins")).toHaveText("trois");
  await page.getByLabel("Votre commentaire sur cette version").fill("Trois, d’accord.");
  await page.getByRole("button", { name: "Envoyer" }).click();
  await expect(page.locator("#comments")).toContainText("Trois, d’accord.");
  await page.getByRole("button", { name: "Approuver" }).click();
  await expect(page.getByText("Cochez au moins une partie.")).toBeVisible();
  await approve(page);
  await expect(page.getByRole("status").first()).toContainText("L’approbation est consignée");
  await page.getByRole("button", { name: "Revenir sur l’approbation" }).click();
  await expect(page.getByRole("status").first()).toContainText("L’approbation est retirée");
  await approve(page);

  await partner.goto(`${address}/revisions/2`);
  await expect(partner.locator("#comments")).toContainText("Trois, d’accord.");
  await approve(partner);
  await partner.goto(address);
  await expect(partner.locator("main .heading")).toContainText("Approuvé");
  for (const one of [page, partner]) {
    await one.goto(`${address}/sign`);
    await one.getByRole("button", { name: "Consigner les signatures" }).click();
    await expect(one.getByRole("status").first()).toContainText("Les signatures sont consignées");
  }
  await expect(partner.locator("main .heading")).toContainText("En vigueur");

  // The next revision is negotiated, and dropped; what is in force stays so.
  await partner.goto(`${address}/edit`);
  await awake(partner, hasScript);
  await partner.getByLabel("Titre en anglais").fill("Another title");
  await partner.getByRole("button", { name: "Proposer cette modification" }).last().click();
  await expect(partner.locator("main .heading")).toContainText("En vigueur");
  await partner.getByRole("link", { name: "Lire et comparer" }).first().click();
  await partner.locator("summary", { hasText: "Abandonner cette version" }).click();
  await partner.getByRole("button", { name: "Abandonner cette version, revenir à la version 2" }).click();
  await expect(partner.getByRole("status").first()).toContainText("La version est abandonnée");
  await partner.goto(`${address}/revisions/3`);
  await expect(partner.getByText("Cette version a été abandonnée")).toBeVisible();

  const stranger = await asSomeone(browser, "officer.albert", hasScript);
  expect((await stranger.goto(`${address}/revisions/2`))?.status()).toBe(404);
});
