//! The documents of a mediation's dossier (调解卷宗): which have to be there, by where it stands.

use entity::word::{AgreementForm, DossierDocument, MediationKind, MediationStatus, Word};
use serde_json::Value;

/// What decides which documents are mandatory.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// What kind it is.
    pub kind: MediationKind,
    /// Where it stands.
    pub status: MediationStatus,
    /// The form of its agreement, where there is one.
    pub form: Option<AgreementForm>,
    /// Whether a court confirmed it.
    pub confirmed: bool,
}

impl Course {
    /// Whether a document has to be there.
    ///
    /// What the sides sign and the mediator keeps follows the dossiers of people's mediation committees: an oral agreement
    /// is entered in the register instead of a written one (People's Mediation Law, art. 28). An application is asked for
    /// where mediation is the sides' own choice alone; the other kinds may begin from an authority's case.
    #[must_use]
    pub fn requires(self, document: DossierDocument) -> bool {
        use MediationStatus::{
            AgreedOral, AgreedWritten, Breached, ConsentPending, Mediating, Performed, Refused, Terminated,
        };
        let agreed = self.form.is_some();
        match document {
            DossierDocument::Application => self.kind == MediationKind::Peoples,
            DossierDocument::Acceptance => true,
            DossierDocument::Consent | DossierDocument::Investigation => match self.status {
                ConsentPending | Refused => false,
                Mediating | AgreedWritten | AgreedOral | Terminated | Performed | Breached => true,
            },
            DossierDocument::Record => agreed || self.status == Terminated,
            DossierDocument::Agreement => self.form == Some(AgreementForm::Written),
            DossierDocument::RegisterEntry => self.form == Some(AgreementForm::Oral),
            DossierDocument::FollowUp => matches!(self.status, Performed | Breached),
            DossierDocument::Termination => self.status == Terminated,
            DossierDocument::Confirmation => self.confirmed,
        }
    }

    /// The mandatory documents that are not there.
    #[must_use]
    pub fn missing(self, present: &[DossierDocument]) -> Vec<DossierDocument> {
        let all = DossierDocument::ALL.iter().copied();
        all.filter(|document| self.requires(*document) && !present.contains(document)).collect()
    }
}

/// The documents that are there, as they are stored.
#[must_use]
pub fn read(stored: &Value) -> Vec<DossierDocument> {
    let words = stored.as_array().into_iter().flatten().filter_map(Value::as_str);
    words.filter_map(DossierDocument::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(status: MediationStatus, form: Option<AgreementForm>) -> Course {
        Course { kind: MediationKind::Peoples, status, form, confirmed: false }
    }

    #[test]
    fn what_is_missing_follows_where_it_stands() {
        use DossierDocument as D;
        use MediationStatus as S;
        let begun = [D::Application, D::Acceptance];
        let mediating = [&begun[..], &[D::Consent, D::Investigation]].concat();
        for (status, form, more) in [
            (S::AgreedWritten, Some(AgreementForm::Written), vec![D::Record, D::Agreement]),
            (S::AgreedOral, Some(AgreementForm::Oral), vec![D::Record, D::RegisterEntry]),
            (S::Performed, Some(AgreementForm::Oral), vec![D::Record, D::RegisterEntry, D::FollowUp]),
            (S::Breached, Some(AgreementForm::Written), vec![D::Record, D::Agreement, D::FollowUp]),
            (S::Terminated, None, vec![D::Record, D::Termination]),
            (S::Mediating, None, vec![]),
        ] {
            let needed = [&mediating[..], &more].concat();
            assert_eq!(course(status, form).missing(&[]), needed, "{status:?}");
            assert_eq!(course(status, form).missing(&needed), vec![], "{status:?}");
            assert_eq!(course(status, form).missing(&needed[1..]), vec![D::Application], "{status:?}");
        }
        for status in [S::ConsentPending, S::Refused] {
            assert_eq!(course(status, None).missing(&[]), begun, "{status:?}");
        }
    }

    #[test]
    fn an_authoritys_mediation_needs_no_application_and_a_confirmed_one_the_ruling() {
        let written = course(MediationStatus::AgreedWritten, Some(AgreementForm::Written));
        let by_police = Course { kind: MediationKind::PublicSecurity, ..written };
        assert!(!by_police.requires(DossierDocument::Application));
        assert!(!written.requires(DossierDocument::Confirmation));
        assert!(Course { confirmed: true, ..written }.requires(DossierDocument::Confirmation));
    }
}
