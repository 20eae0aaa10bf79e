//! What a column of a list may mean, and the headers that say so.

use super::ImportKind;
use crate::{coded::coded, identifier::IdentifierKind};

coded! {
    /// What a column of a list means: those of institutions first, then those of agreements.
    ListColumn {
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
        /// The id of the agreement in this registry.
        Id = "id",
        /// The title in French.
        TitleFr = "title_fr",
        /// The title in English.
        TitleEn = "title_en",
        /// What kind of agreement it is.
        AgreementKind = "agreement_kind",
        /// A party, or several: a name or an identifier each.
        Party = "party",
        /// What each party is.
        Role = "role",
        /// The parties' own codes for the agreement; one alone is that of the office that manages it.
        Reference = "reference",
        /// Who signs for each party.
        Signatory = "signatory",
        /// In what capacity.
        SignatoryTitle = "signatory_title",
        /// When each party signed; one date alone is that of all.
        SignedOn = "signed_on",
        /// First day, month or year.
        Starts = "starts",
        /// Last day, month or year.
        Ends = "ends",
        /// Whether it has no end.
        OpenEnded = "open_ended",
        /// Months of notice.
        NoticeMonths = "notice_months",
        /// What happens at the end.
        Renewal = "renewal",
        /// Months of each renewal.
        RenewalMonths = "renewal_months",
        /// Summary in French.
        SummaryFr = "summary_fr",
        /// Summary in English.
        SummaryEn = "summary_en",
        /// ISCED-F codes.
        Fields = "fields",
        /// Who may see it once published.
        Visibility = "visibility",
        /// Where it is said.
        Source = "source",
        /// The address of that.
        Link = "link",
        /// The tags that the office of whoever brings the list puts on it.
        Tags = "tags",
    }
}

impl ListColumn {
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

    /// What a header means in a list of that kind, folded as [`fold`](crate::fold::fold) does. What there may be several of
    /// may be numbered: `partner 2`, `partner 2 role`.
    pub fn of_header(kind: ImportKind, folded: &str) -> Option<Self> {
        let named =
            |name: &str| Self::of(kind).find(|column| column.headers().split(", ").any(|h| h == name));
        let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
        let without = || folded.split(' ').filter(|word| !is_number(word)).collect::<Vec<_>>().join(" ");
        named(folded).or_else(|| named(&without()).filter(|column| column.repeats()))
    }

    /// The columns that a list of that kind may have.
    pub fn of(kind: ImportKind) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |column| column.kind() == kind)
    }

    /// The kind of list it stands in.
    pub const fn kind(self) -> ImportKind {
        match self {
            Self::Name
            | Self::NameFr
            | Self::NameEn
            | Self::Kind
            | Self::Country
            | Self::City
            | Self::Site
            | Self::HeiId
            | Self::Erasmus
            | Self::Pic
            | Self::Oid
            | Self::Ror => ImportKind::Institutions,
            _ => ImportKind::Agreements,
        }
    }

    /// Whether a list may have several of it: one for each party.
    pub const fn repeats(self) -> bool {
        matches!(
            self,
            Self::Party
                | Self::Role
                | Self::Reference
                | Self::Signatory
                | Self::SignatoryTitle
                | Self::SignedOn
        )
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
            _ => self.agreement_headers(),
        }
    }

    /// The same, of the columns of agreements.
    const fn agreement_headers(self) -> &'static str {
        match self {
            Self::Id => "id, identifier, agreement id, identifiant, identifiant de l accord",
            Self::TitleFr => {
                "title fr, title in french, french title, titre, titre fr, titre francais, titre en francais, \
                 titre de l accord, intitule, intitule de l accord, objet, nom de l accord"
            }
            Self::TitleEn => {
                "title en, title, title in english, english title, agreement title, name of the agreement, \
                 agreement name, agreement, titre en, titre anglais, titre en anglais, intitule en anglais"
            }
            Self::AgreementKind => {
                "agreement kind, kind, type, agreement type, type of agreement, kind of agreement, category, nature, \
                 nature de l accord, type d accord, type de convention, categorie"
            }
            Self::Party => {
                "party, parties, partner, partners, partner institution, partner institutions, partner name, \
                 institution, institutions, university, contracting parties, signatories, partie, partenaire, \
                 partenaires, etablissement, etablissements, etablissement partenaire, \
                 etablissements partenaires, universite, universite partenaire, parties prenantes"
            }
            Self::Role => {
                "role, roles, party role, partner role, roles of the parties, role of the partner, role du partenaire, \
                 role partenaire, role de la partie, role partie, roles des parties"
            }
            Self::Reference => {
                "reference, references, ref, reference code, own reference, its reference, our reference, \
                 agreement code, agreement number, agreement reference, partner reference, party reference, code, \
                 number, sa reference, notre reference, reference interne, reference de l accord, \
                 reference partenaire, code de l accord, numero, numero d accord, numero de l accord, \
                 numero de convention"
            }
            Self::Signatory => {
                "signatory, signed by, signer, partner signatory, name of signatory, signataire, signe par, \
                 nom du signataire, signataire partenaire"
            }
            Self::SignatoryTitle => {
                "signatory title, signatory s title, title of signatory, position of signatory, \
                 qualite du signataire, fonction du signataire, titre du signataire"
            }
            Self::SignedOn => {
                "signed on, signed, signing date, signature date, date of signature, date signed, date of signing, \
                 partner signed on, signe le, date de signature, date signature, signature"
            }
            Self::Starts => {
                "starts, start, start date, starts on, from, valid from, effective from, effective date, \
                 date of entry into force, entry into force, begin, begins, debut, date de debut, \
                 date d effet, du, entree en vigueur, date d entree en vigueur, a partir de, valable du"
            }
            Self::Ends => {
                "ends, end, end date, ends on, to, until, valid until, valid to, expiry, expiry date, \
                 expiration date, expires, expires on, fin, date de fin, au, jusqu au, echeance, \
                 date d echeance, date d expiration, expiration, terme"
            }
            Self::OpenEnded => {
                "open ended, has no end, no end, no end date, unlimited, indefinite, sans terme prevu, sans terme, \
                 sans fin, sans echeance, duree indeterminee, illimite"
            }
            Self::NoticeMonths => {
                "notice months, notice, notice period, months of notice, notice period months, preavis, \
                 preavis mois, mois de preavis, preavis en mois, delai de preavis"
            }
            Self::Renewal => {
                "renewal, renewal rule, at the end, renewable, type of renewal, renouvellement, a l echeance, \
                 reconduction, mode de renouvellement, renouvelable"
            }
            Self::RenewalMonths => {
                "renewal months, length of each renewal months, renewal period, renewal period months, \
                 duree de chaque reconduction mois, duree de reconduction, mois de reconduction, \
                 duree du renouvellement"
            }
            Self::SummaryFr => {
                "summary fr, summary in french, french summary, resume, resume fr, resume en francais, description fr"
            }
            Self::SummaryEn => {
                "summary en, summary, summary in english, english summary, description, description en, \
                 resume en, resume en anglais"
            }
            Self::Fields => {
                "fields, field, isced, isced f, isced code, isced codes, isced f codes, isced f code, \
                 field of study, fields of study, fields of study isced f, subject area, subject areas, \
                 code isced, codes isced, domaine, domaines, domaine d etudes, domaines d etudes, \
                 domaines d etudes isced f, discipline, disciplines"
            }
            Self::Visibility => {
                "visibility, visible to, once published visible to, visibilite, visible par, \
                 une fois publie visible par"
            }
            Self::Source => "source, sources, source title, titre de la source",
            Self::Link => {
                "link, url, address, web address, website, source link, source url, lien, adresse, adresse web, \
                 lien de la source"
            }
            Self::Tags => "tags, tag, labels, label, keywords, etiquettes, etiquette, mots cles",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn a_header_means_one_thing_and_is_folded() {
        for column in ListColumn::ALL {
            let of_header = |header: &str| ListColumn::of_header(column.kind(), header);
            assert_eq!(of_header(&fold(column.code())), Some(*column));
            for header in column.headers().split(", ") {
                assert_eq!(fold(header), header);
                assert_eq!(of_header(header), Some(*column), "{header}");
            }
        }
    }

    #[test]
    fn what_there_may_be_several_of_may_be_numbered() {
        let of = |header: &str| ListColumn::of_header(ImportKind::Agreements, &fold(header));
        assert_eq!(of("Partner 2"), Some(ListColumn::Party));
        assert_eq!(of("Partenaire n°2"), None);
        assert_eq!(of("2 - Rôle du partenaire"), Some(ListColumn::Role));
        assert_eq!(of("Signé le (3)"), Some(ListColumn::SignedOn));
        assert_eq!(of("Title 2"), None, "one title only");
        assert_eq!(ListColumn::of_header(ImportKind::Institutions, "partner 2"), None);
    }
}
