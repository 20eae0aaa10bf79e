import type { Page } from "@playwright/test";
import { asSomeone, awake, chooseParty, expect, people, signIn, test } from "./support";

/** The day so many days from now, as a form takes it. */
function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

async function sign(page: Page, address: string) {
  await page.goto(`${address}/sign`);
  await page.getByRole("button", { name: "Consigner les signatures" }).click();
  await expect(page.getByRole("status").first()).toContainText("Les signatures sont consignées");
}

test("an office sees what awaits it, deals with it, and is reminded of an end", async ({ page, browser }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.lead);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("student_exchange");
  await page.getByLabel("Titre en français").fill(`Échange qui prend fin ${mark}`);
  await page.locator("input[name='form[starts]']").fill("2024-09-01");
  await page.locator("input[name='form[ends]']").fill(inDays(80));
  await chooseParty(page, 1, "ece", /^ECE/, hasScript);
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
  const address = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Partager avec les parties" }).click();

  const partner = await asSomeone(browser, people.partner, hasScript);
  await partner.goto("/fr");
  await partner.getByRole("link", { name: /^À traiter/ }).first().click();
  const line = (one: Page) => one.locator("#inbox tbody tr", { hasText: mark });
  await expect(line(partner)).toContainText("Votre approbation est attendue");
  await line(partner).getByRole("button", { name: /Marquer comme traité/ }).click();
  await expect(partner.getByRole("status").first()).toContainText("noté comme traité");
  await expect(line(partner)).toHaveCount(0);
  await partner.getByRole("link", { name: "Traité", exact: true }).click();
  await expect(line(partner)).toContainText("Traité par");
  await line(partner).getByRole("button", { name: /Remettre à traiter/ }).click();
  await expect(partner.getByRole("status").first()).toContainText("de nouveau à traiter");
  await partner.goto("/en/inbox?kind=approval");
  await expect(line(partner)).toContainText("Your approval is awaited");

  await sign(page, address);
  await sign(partner, address);
  // The server notes the step by itself, within seconds.
  await expect(async () => {
    await page.goto("/fr/inbox?kind=deadline");
    await expect(line(page)).toContainText("Prend fin dans 3 mois ou moins");
  }).toPass({ timeout: 60_000 });
  await expect(page.getByText("Ce registre n’envoie pas de courriel")).toBeVisible();
});

test("an office's calendar has an address that is shown once, replaced and removed", async ({ page, request }, info) => {
  // Each run has an office of its own: an office has one address.
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const [who, office] = hasScript ? [people.lead, "aivancity"] : [people.partner, "ece"];
  await signIn(page, who);
  await page.goto(`/fr/institutions?q=${office}`);
  await page.locator("#institutions a.row-link").first().click();
  const members = `${new URL(page.url()).pathname}/members`;
  const make = async (name: string) => {
    await page.goto(members);
    await page.locator("#calendar").getByRole("button", { name }).click();
    return page.getByLabel("Adresse du calendrier").inputValue();
  };
  await page.goto(members);
  const has = await page.locator("#calendar").getByRole("button", { name: "Remplacer l’adresse" }).count();
  const first = await make(has ? "Remplacer l’adresse" : "Créer l’adresse");
  const second = await make("Remplacer l’adresse");
  expect((await request.get(first)).status()).toBe(404);
  const answer = await request.get(second);
  expect(answer.status()).toBe(200);
  expect(answer.headers()["content-type"]).toContain("text/calendar");
  expect(await answer.text()).toContain("BEGIN:VCALENDAR");
  await page.goto(members);
  await page.locator("#calendar").getByRole("button", { name: "Supprimer l’adresse" }).click();
  await expect(page.getByRole("status").first()).toContainText("L’adresse est supprimée");
  expect((await request.get(second)).status()).toBe(404);

  await page.goto("/fr/account");
  const box = page.getByLabel("M’avertir par courriel");
  await expect(box).toBeChecked();
  await box.uncheck();
  await page.getByRole("button", { name: "Enregistrer ce choix" }).click();
  await expect(page.getByRole("status").first()).toContainText("Votre choix est enregistré");
  await expect(box).not.toBeChecked();
  await box.check();
  await page.getByRole("button", { name: "Enregistrer ce choix" }).click();
  await expect(box).toBeChecked();
});
