import { graphql } from "../../gql";

export const SEARCH = graphql(`
  query Search($input: SearchInput!, $first: Int!, $after: String) {
    search(input: $input, first: $first, after: $after) {
      totalCount
      scoring
      unlike
      model {
        modelId
        architecture
        source
        precision
        meaningful
        warning
      }
      excluded {
        what
        cases
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          ...HitCard
        }
      }
    }
  }
`);

export const HIT_CARD = graphql(`
  fragment HitCard on Hit {
    id
    rank
    score
    cosine
    textScore
    frame
    instance {
      instanceUid
      seriesUid
      modality
      bodyPart
      view
      laterality
      description
      sex
      ageYears
      date
      frames
      labels
      thumbnail
    }
    case {
      studyUid
      dataset
      patient
      date
      description
      sex
      ageYears
      modalities
      labels
      ejectionFraction
      ejectionFractionClass
      heartCorrected
    }
    excerpt {
      text
      marked
    }
    notUseful {
      annotationId
      withdrawn
    }
  }
`);

export const TOTAL = graphql(`
  query Total($input: SearchInput!) {
    search(input: $input, first: 1) {
      totalCount
    }
  }
`);

export const FACETS = graphql(`
  query Facets($input: SearchInput!) {
    facets(input: $input) {
      name
      label
      kind
      more
      values {
        value
        label
        count
        selected
      }
    }
  }
`);

export const FILTERS = graphql(`
  query Filters {
    filters {
      name
      kind
      label
      help
      facet
    }
  }
`);

export const SUGGESTIONS = graphql(`
  query Suggestions($text: String!) {
    suggestions(text: $text) {
      text
      completed
      cases
    }
  }
`);

export const FINDING_SUGGESTIONS = graphql(`
  query FindingSuggestions($text: String!) {
    findingSuggestions(text: $text) {
      filter
      key
      description
      cases
    }
  }
`);

export const QUERY_FILE = graphql(`
  query AskedFile($id: ID!) {
    queryFile(id: $id) {
      id
      modality
      bodyPart
      view
      laterality
      sex
      ageYears
      date
      description
      rows
      columns
      frames
      lossy
      isDicom
      thumbnail
      studyUid
      seriesUid
      instanceUid
      stored
      patientCases
      expiresAt
    }
  }
`);

export const LIKE_INSTANCE = graphql(`
  query LikeInstance($uid: ID!) {
    instance(uid: $uid) {
      instanceUid
      seriesUid
      studyUid
      modality
      bodyPart
      view
      laterality
      sex
      ageYears
      date
      description
      rows
      columns
      frames
      lossy
      thumbnail
    }
  }
`);

export const FORGET_FILE = graphql(`
  mutation ForgetQueryFile($id: ID!) {
    forgetQueryFile(id: $id)
  }
`);

export const MARK_NOT_USEFUL = graphql(`
  mutation MarkNotUseful($input: MarkInput!) {
    markNotUseful(input: $input) {
      annotationId
      withdrawn
    }
  }
`);

export const JOB = graphql(`
  query UploadJob($id: ID!) {
    job(id: $id) {
      jobId
      state
      done
      total
      error
      files {
        name
        outcome
        reason
        message
        studyUid
        instanceUid
      }
    }
  }
`);

export const CANCEL_JOB = graphql(`
  mutation CancelJob($id: ID!) {
    cancelJob(id: $id) {
      jobId
      state
    }
  }
`);
