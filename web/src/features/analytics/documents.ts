import { graphql } from "../../gql";

export const FINDING_COUNTS = graphql(`
  fragment FindingCounts on FindingRow {
    key
    description
    present
    absent
    uncertain
    historical
    hypothetical
    family
  }
`);

export const OVERVIEW = graphql(`
  query FindingsOverview(
    $input: SearchInput!
    $neighbours: Int!
    $among: [FilterInput!]
    $of: FindingsInput!
    $focus: FindingsInput!
    $hasFocus: Boolean!
  ) {
    analytics(input: $input, neighbours: $neighbours, among: $among) {
      overview(of: $of) {
        totalCases
        reportedCases
        rows {
          ...FindingCounts
        }
      }
      focus: overview(of: $focus) @include(if: $hasFocus) {
        rows {
          ...FindingCounts
        }
      }
    }
  }
`);

export const SPREAD = graphql(`
  query FindingsSpread(
    $input: SearchInput!
    $neighbours: Int!
    $among: [FilterInput!]
    $of: FindingsInput!
    $groupBy: CaseGroup!
  ) {
    analytics(input: $input, neighbours: $neighbours, among: $among) {
      spread(of: $of, groupBy: $groupBy) {
        keys {
          ...FindingCounts
        }
        moreKeys
        unknown
        totalCases
        groups {
          name
          cases
          reportedCases
          counts {
            key
            cases
          }
        }
      }
    }
  }
`);

export const ONE_FINDING = graphql(`
  query OneFinding(
    $input: SearchInput!
    $neighbours: Int!
    $among: [FilterInput!]
    $present: FindingsInput!
    $absent: FindingsInput!
    $uncertain: FindingsInput!
    $historical: FindingsInput!
    $groupBy: CaseGroup!
  ) {
    analytics(input: $input, neighbours: $neighbours, among: $among) {
      present: spread(of: $present, groupBy: $groupBy) {
        keys {
          ...FindingCounts
        }
        unknown
        totalCases
        groups {
          name
          cases
          reportedCases
          counts {
            cases
          }
        }
      }
      absent: spread(of: $absent, groupBy: $groupBy) {
        groups {
          name
          counts {
            cases
          }
        }
      }
      uncertain: spread(of: $uncertain, groupBy: $groupBy) {
        groups {
          name
          counts {
            cases
          }
        }
      }
      historical: spread(of: $historical, groupBy: $groupBy) {
        groups {
          name
          counts {
            cases
          }
        }
      }
    }
  }
`);

export const PAIRS = graphql(`
  query FindingPairs($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {
    analytics(input: $input, neighbours: $neighbours, among: $among) {
      cooccurrence(of: $of) {
        keys {
          ...FindingCounts
        }
        moreKeys
        totalCases
        reportedCases
        pairs {
          one
          other
          cases
          lift
        }
      }
    }
  }
`);

export const ENRICHMENT = graphql(`
  query FindingEnrichment($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {
    analytics(input: $input, neighbours: $neighbours, among: $among) {
      enrichment(of: $of) {
        setSize
        archiveSize
        totalCases
        rows {
          key
          description
          inSet
          inArchive
          lift
          oddsRatio
          low
          high
          p
          q
        }
      }
    }
  }
`);
