//! The institutions of the stories: names, places and identifiers as public lists give them.

use super::DemoError;
use domain::{
    access::{Actor, CreateInstitution, decide},
    id::InstitutionId,
    institution::InstitutionForm,
};
use std::collections::BTreeMap;
use store::{Stamp, Tx, institution};

/// The ids the institutions were given.
pub(super) type Ids = BTreeMap<Who, InstitutionId>;

macro_rules! institutions {
    ($($who:ident = [$kind:literal, $fr:literal, $en:literal, $country:literal, $place:expr] $({ $($field:ident: $value:expr),+ })? $(in $parent:ident)?;)+) => {
        /// An institution of the stories.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Who { $($who),+ }

        impl Who {
            /// All of them, each after the one it is a unit of.
            const ALL: &'static [Self] = &[$(Self::$who),+];

            /// The French name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$who => $fr),+ }
            }

            const fn parent(self) -> Option<Self> {
                match self { $($(Self::$who => Some(Self::$parent),)?)+ _ => None }
            }

            fn form(self) -> InstitutionForm {
                match self {
                    $(Self::$who => {
                        let (city, coordinates): (&str, &str) = $place;
                        InstitutionForm {
                            kind: $kind.into(),
                            name_fr: $fr.into(),
                            name_en: $en.into(),
                            country: $country.into(),
                            city: city.into(),
                            coordinates: coordinates.into(),
                            $($($field: $value.into(),)+)?
                            ..InstitutionForm::default()
                        }
                    })+
                }
            }
        }
    };
}

/// Where the texts and lists name a country only.
const NO_CITY: (&str, &str) = ("", "");
// Coordinates are those of the cities, to about a kilometre: enough for a map, and not to be taken for an address.
const PARIS: (&str, &str) = ("Paris", "48.86, 2.35");

institutions! {
    MinesParis = ["grande_ecole", "Mines Paris – PSL", "Mines Paris – PSL", "FR", PARIS]
        { erasmus: "F  PARIS081", pic: "998584737", site: "minesparis.psl.eu" };
    CorpsDesMines = ["state_corps", "Corps des mines", "Corps des Mines", "FR", PARIS];
    AlbertSchool = ["school", "Albert School", "Albert School", "FR", PARIS];
    InstitutMinesTelecom = ["network", "Institut Mines-Télécom", "Institut Mines-Télécom", "FR", ("Palaiseau", "48.71, 2.25")]
        { erasmus: "F  PARIS454", pic: "999849326" };
    MinesAles = ["grande_ecole", "IMT Mines Alès", "IMT Mines Alès", "FR", ("Alès", "44.13, 4.08")]
        { erasmus: "F  ALES02", pic: "912703556" } in InstitutMinesTelecom;
    Kagawa = ["university", "Université de Kagawa", "Kagawa University", "JP", ("Takamatsu", "34.34, 134.05")]
        { site: "www.kagawa-u.ac.jp" };
    KagawaFaculty = ["unit", "Faculté d’ingénierie et de design de l’Université de Kagawa", "Faculty of Engineering and Design, Kagawa University", "JP", ("Takamatsu", "34.34, 134.05")]
        in Kagawa;
    Osaka = ["university", "Université d’Osaka", "Osaka University", "JP", ("Osaka", "34.69, 135.50")];
    Keio = ["university", "Université Keiō", "Keiō University", "JP", ("Tokyo", "35.69, 139.69")];
    Aichi = ["public_authority", "Préfecture d’Aichi", "Aichi Prefecture", "JP", ("Nagoya", "35.18, 136.91")];
    ShanghaiJiaoTong = ["university", "Université Jiao Tong de Shanghai", "Shanghai Jiao Tong University", "CN", ("Shanghai", "31.23, 121.47")]
        { site: "sjtu.edu.cn" };
    TotalEnergies = ["company", "TotalEnergies", "TotalEnergies", "FR", NO_CITY];
    Capgemini = ["company", "Capgemini", "Capgemini", "FR", NO_CITY];
    Aivancity = ["grande_ecole", "aivancity", "aivancity", "FR", ("Cachan", "48.79, 2.33")]
        { erasmus: "F  CACHAN06", pic: "880520314" };
    IiitBangalore = ["university", "IIIT Bangalore", "IIIT Bangalore", "IN", ("Bengaluru", "12.97, 77.59")]
        { site: "iiitb.ac.in" };
    IleDeFrance = ["public_authority", "Région Île-de-France", "Île-de-France Region", "FR", ("Saint-Ouen-sur-Seine", "48.91, 2.33")];
    ChooseParisRegion = ["agency", "Choose Paris Region", "Choose Paris Region", "FR", PARIS];
    Omnes = ["group", "OMNES Education", "OMNES Education", "FR", PARIS];
    Ece = ["grande_ecole", "ECE", "ECE", "FR", PARIS]
        { erasmus: "F  PARIS222", pic: "945941382" } in Omnes;
    Ametra = ["company", "Ametra Engineering", "Ametra Engineering", "FR", NO_CITY];
    Kaydan = ["company", "Kaydan", "Kaydan", "FR", NO_CITY];
    Mbda = ["company", "MBDA", "MBDA", "FR", NO_CITY];
    Orano = ["company", "Orano", "Orano", "FR", NO_CITY];
    Renault = ["company", "Renault", "Renault", "FR", NO_CITY];
    // These are made up: their names say so.
    ExampleBelcor = ["university", "Université Exemple de Belcor", "Example University of Belcor", "FR", NO_CITY];
    ExampleLomsal = ["university", "Université Exemple de Lomsal", "Example University of Lomsal", "CA", NO_CITY];
    ExampleVertar = ["university", "Université Exemple de Vertar", "Example University of Vertar", "PT", NO_CITY];
}

impl Who {
    /// Whether no story tells of it: it is made up.
    pub const fn is_invented(self) -> bool {
        matches!(self, Self::ExampleBelcor | Self::ExampleLomsal | Self::ExampleVertar)
    }
}

/// Adds them all; those that are made up by another stamp.
pub(super) async fn insert(tx: &mut Tx, stamp: &Stamp, invented: &Stamp) -> Result<Ids, DemoError> {
    let permit = decide(&Actor::Operator, CreateInstitution)?;
    let mut ids = Ids::new();
    for who in Who::ALL {
        let mut form = who.form();
        form.parent = who.parent().map(|parent| ids[&parent].to_string()).unwrap_or_default();
        let draft = form.parse().map_err(DemoError::broken(who.name()))?;
        let stamp = if who.is_invented() { invented } else { stamp };
        ids.insert(*who, institution::insert(tx, &permit, stamp, &draft, who.is_invented()).await?);
    }
    Ok(ids)
}
