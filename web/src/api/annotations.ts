import { graphql } from "../gql";

/** Takes back what the caller said of a case; it stays on record as withdrawn. */
export const WITHDRAW_ANNOTATION = graphql(`
  mutation WithdrawAnnotation($id: ID!, $studyUid: ID!) {
    withdrawAnnotation(id: $id, studyUid: $studyUid) {
      annotationId
      withdrawn
    }
  }
`);
