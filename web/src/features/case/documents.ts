import { graphql } from "../../gql";

export const CASE = graphql(`
  query CasePage($uid: ID!, $text: String) {
    case(uid: $uid) {
      studyUid
      dataset
      patient
      date
      description
      sex
      ageYears
      modalities
      labels
      identityKept
      series {
        seriesUid
        number
        description
        modality
        bodyPart
        laterality
        thumbnail
        instances {
          instanceUid
          number
          frames
          thumbnail
          viewable
          view
          laterality
          labels
        }
      }
      attachments {
        instanceUid
        title
        modality
        sopClass
        original
      }
      reports(allVersions: true) {
        reportId
        version
        status
        date
        current
        pieces(text: $text) {
          text
          marked
        }
      }
      timeline {
        studyUid
        date
        description
        modalities
        reportDates
        thumbnail
        isThis
        imageCount
      }
      measurements {
        instanceUid
        value
        reason {
          code
        }
      }
      annotations {
        annotationId
        kind
        author
        at
        withdrawn
        comment
      }
    }
  }
`);

export const HEADER = graphql(`
  query InstanceHeader($uid: ID!) {
    instance(uid: $uid) {
      instanceUid
      original
      header {
        tag
        keyword
        vr
        value
      }
    }
  }
`);

export const QUERY_IMAGE = graphql(`
  query ComparedInstance($uid: ID!) {
    instance(uid: $uid) {
      instanceUid
      seriesUid
      studyUid
      date
      viewable
    }
    case(uid: $uid) {
      patient
    }
  }
`);

export const QUERY_FILE_IMAGE = graphql(`
  query ComparedFile($id: ID!) {
    queryFile(id: $id) {
      instanceUid
      seriesUid
      studyUid
      date
    }
  }
`);
