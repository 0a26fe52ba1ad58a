import { graphql } from "../../../gql";

export const CASE_FINDING = graphql(`
  fragment CaseFinding on Finding {
    reportId
    reportVersion
    begin
    end
    text
    findingId
    code
    description
    assertion
    trigger
    section
    laterality
    severity
    location
    taggerId
  }
`);

export const CASE_EVIDENCE = graphql(`
  fragment CaseEvidence on Case {
    findings(form: CORRECTED) {
      ...CaseFinding
    }
    corrections {
      annotationId
      author
      at
      withdrawnAt
      reportId
      reportVersion
      comment
      inForce
      before {
        ...CaseFinding
      }
      after {
        ...CaseFinding
      }
    }
  }
`);

export const EVIDENCE = graphql(`
  query CaseEvidenceOf($uid: ID!) {
    case(uid: $uid) {
      ...CaseEvidence
    }
  }
`);

export const CORRECT_FINDING = graphql(`
  mutation CorrectFinding($input: CorrectionInput!) {
    correctFinding(input: $input) {
      studyUid
      ...CaseEvidence
    }
  }
`);

export const FINDING_TERMS = graphql(`
  query FindingTerms($text: String!) {
    findingTerms(text: $text, first: 20) {
      findingId
      code
      description
      named
    }
  }
`);
