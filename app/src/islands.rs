//! Regions of a page that the browser makes livelier. Every page works without them.

mod form_guard;
mod import_progress;
mod party_picker;
mod seat_board;
mod shortcuts;
mod upload_progress;

pub use form_guard::FormGuard;
pub use import_progress::ImportProgress;
pub use party_picker::PartyPicker;
pub use seat_board::SeatBoard;
pub use shortcuts::Shortcuts;
pub use upload_progress::UploadProgress;
