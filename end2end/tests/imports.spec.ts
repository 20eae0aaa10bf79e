import { expect, people, signIn, test } from "./support";

const file = (name: string, lines: string[]) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(lines.join("\r\n")),
});

test("lists of institutions, then of agreements, are looked at, corrected, taken in and undone", async ({ page }, info) => {
  const mark = `${info.project.name === "with-javascript" ? "Avec" : "Sans"} ${info.workerIndex}${Date.now() % 100_000}`;
  await signIn(page, people.administrator);
  await page.goto("/fr/admin/imports");
  const bring = async (kind: string, brought: ReturnType<typeof file>) => {
    await page.getByLabel("Liste").selectOption({ label: kind });
    await page.locator("input[name=file]").setInputFiles(brought);
    await page.getByRole("button", { name: "Voir ce que ferait ce fichier" }).click();
  };

  // What is no table is refused, and nothing is kept of it.
  await bring("Établissements", { ...file("faux.xlsx", []), buffer: Buffer.from("%PDF-1.7") });
  await expect(page.getByRole("alert")).toContainText("ni un classeur XLSX");

  const institutions = [
    "Name;Country;City;Erasmus Code",
    `Institut ${mark};FR;Lyon;`,
    `Institut ${mark} bis;ZZ;Lyon;`,
  ];
  await bring("Établissements", file("etablissements.csv", institutions));
  await expect(page.locator("main")).toContainText(/Nouvelles\s:\s1,/);
  await expect(page.locator("main")).toContainText("ZZ");
  await page.getByRole("button", { name: /Écrire ces lignes/ }).click();
  await expect(page.getByRole("status").first()).toContainText("L’import est fait");

  await page.goto("/fr/admin/imports");
  const agreements = [
    "Titre;Nature;Parties;Début;Fin",
    `Convention ${mark};Convention-cadre;Institut ${mark}|ECE;01/09/2024;31/08/2029`,
    `Convention ${mark} perdue;Convention-cadre;Institut inexistant ${mark}|ECE;01/09/2024;31/08/2029`,
  ];
  await bring("Accords", file("accords.csv", agreements));
  await expect(page.locator("main")).toContainText(`Institut inexistant ${mark}`);
  await page.getByRole("button", { name: /Écrire ces lignes/ }).click();
  await expect(page.getByRole("status").first()).toContainText("L’import est fait");
  const done = page.url();
  await page.goto(`/fr/agreements?q=${encodeURIComponent(mark)}`);
  await expect(page.locator("#agreements")).toContainText(`Convention ${mark}`);

  // The same list again changes nothing; the first is undone.
  await page.goto("/fr/admin/imports");
  await bring("Accords", file("accords.csv", agreements));
  await expect(page.locator("main")).toContainText(/identiques\s:\s1,/);
  await page.goto(done);
  await page.locator("summary", { hasText: "Défaire cet import" }).click();
  await page.getByRole("button", { name: "Défaire cet import" }).click();
  await expect(page.getByRole("status").first()).toContainText("L’import est défait");
  await page.goto(`/fr/agreements?q=${encodeURIComponent(mark)}`);
  await expect(page.locator("main")).not.toContainText(`Convention ${mark}`);
});
