//! Imports of institutions: a table is read, planned, carried out.

use domain::{
    access::{ImportInstitutions, Permit},
    import::{
        Mapping, Sheet,
        institution::read,
        plan::{Plan, plan},
    },
};
use store::{
    Result, Stamp, Tx,
    import::{self, Import, ImportFile},
};

/// What each row of a table would do.
pub async fn planned(tx: &mut Tx, sheet: &Sheet, mapping: &Mapping) -> Result<Plan> {
    let rows: Vec<_> = sheet.below(mapping).map(|row| read(row, mapping)).collect();
    let known = import::known(tx, &rows).await?;
    Ok(plan(rows, &known))
}

/// Plans and carries out a table in this transaction: all rows but the refused ones, or nothing.
pub async fn carry_out(
    tx: &mut Tx,
    permit: &Permit<ImportInstitutions>,
    stamp: &Stamp,
    file: &ImportFile,
    (sheet, mapping): (&Sheet, &Mapping),
) -> Result<(Import, Plan)> {
    let plan = planned(tx, sheet, mapping).await?;
    let id = import::keep(tx, permit, stamp, file, None).await?;
    Ok((import::apply(tx, permit, stamp, id, mapping, &plan).await?, plan))
}
