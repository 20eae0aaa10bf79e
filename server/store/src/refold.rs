//! Keys and searchable words, computed again when they were computed by other rules than this program's.

use crate::{Db, Result, agreement, institution, on, registry, statements, student};
use domain::fold;

statements! {
    CLAIM = "update registry set fold_version = $1 where id = 1 and fold_version <> $1";
}

/// Brings all keys up to the rules of this program, in one transaction. Of several programs that start at once, one does
/// it and the others wait.
pub(crate) async fn refold(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    let claimed =
        on!(&mut tx, |c| sqlx::query(sql::CLAIM).bind(fold::VERSION).execute(c).await?.rows_affected());
    if claimed == 0 {
        return tx.rollback().await;
    }
    institution::refold(&mut tx).await?;
    agreement::refold(&mut tx).await?;
    student::refold(&mut tx).await?;
    registry::bump(&mut tx).await?;
    tx.commit().await
}
