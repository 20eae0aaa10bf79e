//! What a column of institutions may mean, and the headers that say so.

use crate::{coded::coded, identifier::IdentifierKind};

coded! {
    /// What a column of a table of institutions means.
    InstitutionColumn {
        /// The name, its language not stated.
        Name = "name",
        /// The name in French.
        NameFr = "name_fr",
        /// The name in English.
        NameEn = "name_en",
        /// What it is.
        Kind = "kind",
        /// The country: a code or a name.
        Country = "country",
        /// The city.
        City = "city",
        /// Address of the site.
        Site = "site",
        /// SCHAC / HEI id.
        HeiId = "hei_id",
        /// Erasmus code.
        Erasmus = "erasmus",
        /// PIC.
        Pic = "pic",
        /// OID.
        Oid = "oid",
        /// ROR.
        Ror = "ror",
    }
}

impl InstitutionColumn {
    /// The column of an identifier.
    pub const fn of_identifier(kind: IdentifierKind) -> Self {
        match kind {
            IdentifierKind::HeiId => Self::HeiId,
            IdentifierKind::Erasmus => Self::Erasmus,
            IdentifierKind::Pic => Self::Pic,
            IdentifierKind::Oid => Self::Oid,
            IdentifierKind::Ror => Self::Ror,
        }
    }

    /// What a header means, folded as [`fold`](crate::fold::fold) does.
    pub fn of_header(folded: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.headers().split(", ").any(|header| header == folded))
    }

    /// The headers that mean this, folded, with commas between: those of the Commission's lists of the years since 2014, and what offices write.
    const fn headers(self) -> &'static str {
        match self {
            Self::Name => {
                "name, legal name, full legal name, organisation name, organization name, \
                 organisation legal name, institution, institution name, name of institution, \
                 name of the institution, name of organisation, applicant name, university, partner, nom, \
                 nom legal, nom de l etablissement, nom etablissement, nom de l institution, \
                 nom de l organisme, etablissement, organisme, denomination, denomination sociale, \
                 raison sociale, intitule, partenaire, universite"
            }
            Self::NameFr => {
                "name fr, name french, french name, name in french, nom fr, nom francais, nom en francais, \
                 nom de l etablissement fr, denomination fr, denomination en francais"
            }
            Self::NameEn => {
                "name en, name english, english name, name in english, international name, nom en, \
                 nom anglais, nom en anglais, denomination en, denomination en anglais, nom international"
            }
            Self::Kind => {
                "kind, type, category, organisation type, institution type, nature, categorie, \
                 type d etablissement, genre"
            }
            Self::Country => {
                "country, country cd, country code, country name, cntr cd, iso country, \
                 legal address country, pays, code pays, nom du pays, pays code"
            }
            Self::City => {
                "city, town, city name, locality, legal address city, ville, commune, localite, \
                 nom de la ville"
            }
            Self::Site => {
                "website, website url, web site, web, webpage, web page, site url, url, homepage, \
                 home page, internet, web address, site, site web, site internet, adresse web, \
                 adresse du site, page web"
            }
            Self::HeiId => {
                "hei id, heiid, schac, schac code, schac id, schac home organisation, \
                 schac home organization, code schac, schac hei id, identifiant schac, identifiant hei"
            }
            Self::Erasmus => {
                "erasmus, erasmus code, erasmus id, erasmus id code, erasmus institutional code, \
                 institution erasmus code, institutional code, institution code, id code, code erasmus, \
                 identifiant erasmus"
            }
            Self::Pic => {
                "pic, pic code, pic number, participant identification code, participant id, code pic, \
                 numero pic"
            }
            Self::Oid => {
                "oid, oid code, organisation id, organization id, code oid, identifiant oid, numero oid"
            }
            Self::Ror => "ror, ror id, code ror, identifiant ror",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn a_header_means_one_thing_and_is_folded() {
        for column in InstitutionColumn::ALL {
            assert_eq!(InstitutionColumn::of_header(&fold(column.code())), Some(*column));
            for header in column.headers().split(", ") {
                assert_eq!(fold(header), header);
                assert_eq!(InstitutionColumn::of_header(header), Some(*column), "{header}");
            }
        }
    }
}
