import type { Page } from "@playwright/test";
import { asSomeone, awake, chooseParty, expect, people, signIn, test } from "./support";

/** The words by which each office finds what it needs: one reads French, the other English. */
const words = {
  fr: {
    evidence: "Ce qui l’atteste",
    missing: "Dites ce qui l’atteste",
    approve: "Approuver",
    approved: "L’approbation est consignée",
    sign: "Consigner les signatures",
    signed: "Les signatures sont consignées",
  },
  en: {
    evidence: "What attests to it",
    missing: "Say what attests to it",
    approve: "Approve",
    approved: "The approval is recorded",
    sign: "Record the signatures",
    signed: "The signatures are recorded",
  },
};

type Lang = keyof typeof words;

/** Says what attests to the approval or signature of these parties, which have no account. */
async function attest(page: Page, lang: Lang, silent: string[]) {
  for (const party of silent) {
    const row = page.locator("fieldset.row").filter({ hasText: party });
    await row.getByLabel(words[lang].evidence).fill("Letter of the third of March");
  }
}

/** On the page of a revision: approves it for one's own office, and for these parties. */
async function approve(page: Page, lang: Lang, own: string, silent: string[]) {
  for (const party of [own, ...silent]) {
    await page.locator("fieldset.row").filter({ hasText: party }).getByRole("checkbox").check();
  }
  const button = page.getByRole("button", { name: words[lang].approve, exact: true });
  if (silent.length > 0) {
    await button.click();
    await expect(page.getByRole("alert")).toContainText(words[lang].missing);
    await attest(page, lang, silent);
  }
  await button.click();
  await expect(page.getByRole("status").first()).toContainText(words[lang].approved);
}

/** Signs for one's own office, and for these parties; not for those parties, although one might. */
async function sign(page: Page, lang: Lang, address: string, silent: string[], left: string[]) {
  await page.goto(`${address}/sign`);
  await attest(page, lang, silent);
  for (const party of left) {
    await page.locator("fieldset.row").filter({ hasText: party }).getByRole("checkbox").uncheck();
  }
  await page.getByRole("button", { name: words[lang].sign }).click();
  await expect(page.getByRole("status").first()).toContainText(words[lang].signed);
}

/** The parties of each agreement after the office that logs it and ECE, whose lead reads English. */
const agreements: { parties: string; silent: [string, RegExp, string][] }[] = [
  { parties: "two parties", silent: [] },
  {
    parties: "four parties, two of them without accounts",
    silent: [
      ["bangalore", /IIIT Bangalore/, "IIIT Bangalore"],
      ["choose paris", /Choose Paris Region/, "Choose Paris Region"],
    ],
  },
];

for (const { parties, silent } of agreements) {
  test(`an agreement of ${parties} goes from draft to renewal`, async ({ page, browser }, info) => {
      const hasScript = info.project.use.javaScriptEnabled !== false;
    const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
    const without = silent.map(([, , name]) => name);
    const everyone = ["aivancity", "ECE", ...without];

    // A draft is logged in French, and shared.
    await signIn(page, people.lead);
    await page.goto("/fr/agreements/new");
    await awake(page, hasScript);
    await page.getByLabel("Nature de l’accord").selectOption("framework");
    await page.getByLabel("Titre en français").fill(`Du brouillon au renouvellement ${mark}`);
    await page.locator("input[name='form[starts]']").fill("2021-09-01");
    await page.locator("input[name='form[ends]']").fill("2031-08-31");
    await chooseParty(page, 1, "ece", /^ECE/, hasScript);
    for (const [index, [typed, name]] of silent.entries()) {
      await page.getByRole("button", { name: "Ajouter une partie" }).click();
      await awake(page, hasScript);
      await chooseParty(page, index + 2, typed, name, hasScript);
    }
    await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
    await expect(page.locator("main .heading")).toContainText("Brouillon");
    const address = new URL(page.url()).pathname;
    const english = address.replace("/fr/", "/en/");
    await page.getByRole("button", { name: "Partager avec les parties" }).click();
    await expect(page.locator("main .heading")).toContainText("En négociation");

    // The other office reads it in English and proposes something else.
    const partner = await asSomeone(browser, people.partner, hasScript);
    await partner.goto(`${english}/edit`);
    await awake(partner, hasScript);
    await partner.getByLabel("Title in English").fill(`From draft to renewal ${mark}`);
    await partner.getByLabel("Notice (months)").fill("6");
    await partner.getByRole("button", { name: "Propose this modification" }).last().click();
    await expect(partner.getByRole("status").first()).toContainText("It is saved");
    await expect(partner.locator("main .heading")).toContainText("In negotiation");

    // Both approve what was proposed; one of them also for those without accounts.
    await page.goto(`${address}/revisions/2`);
    await expect(page.locator("#revisions")).toContainText("From draft to renewal");
    await approve(page, "fr", "aivancity", without);
    await page.goto(address);
    await expect(page.locator("main .heading")).toContainText("En négociation");
    await partner.goto(`${english}/revisions/2`);
    await approve(partner, "en", "ECE", []);
    await partner.goto(english);
    await expect(partner.locator("main .heading")).toContainText("Approved");

    // Signed by all, the other way round: ECE for itself and for those without accounts.
    await sign(page, "fr", address, [], without);
    await expect(page.locator("main .heading")).toContainText("Approuvé");
    await sign(partner, "en", english, without, []);
    await expect(partner.locator("main .heading")).toContainText("In force");
    await page.goto(address);
    await expect(page.locator("main .heading")).toContainText("En vigueur");
    for (const party of everyone) {
      const row = page.locator("#party-table tbody tr").filter({ hasText: party });
      await expect(row).toContainText("Approuvé le");
      await expect(row).toContainText("Signé");
    }

    // The other office renews it: a linked draft that it alone sees, until it shares it.
    await partner.getByText("What follows").click();
    await partner.getByRole("button", { name: "Renew", exact: true }).click();
    await expect(partner.getByRole("status").first()).toContainText("draft of the renewal");
    await expect(partner.locator("main .heading")).toContainText("Draft");
    await expect(partner.locator("main")).toContainText("September 1, 2031");
    await expect(partner.locator("main")).toContainText(`Renews “From draft to renewal ${mark}”`);
    const renewal = new URL(partner.url()).pathname.replace("/en/", "/fr/");
    expect((await page.goto(renewal))?.status()).toBe(404);
    await partner.getByRole("button", { name: "Share with the parties" }).click();
    await expect(partner.getByRole("status").first()).toContainText("shared");

    // Both pages say it: the old one is in force and goes on, the new one is negotiated.
    await page.goto(address);
    await expect(page.locator("main .heading")).toContainText("En vigueur");
    await page.getByRole("link", { name: `Renouvelé par « Du brouillon au renouvellement ${mark} »` }).click();
    await expect(page).toHaveURL(new RegExp(`${renewal}$`));
    await expect(page.locator("main .heading")).toContainText("En négociation");
    await expect(page.getByRole("link", { name: /Renouvelle « Du brouillon/ })).toHaveAttribute("href", address);
    for (const party of everyone) {
      await expect(page.locator("#party-table")).toContainText(party);
    }
    await partner.context().close();
  });
}
