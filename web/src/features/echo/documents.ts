import { graphql } from "../../gql";

export const HEART = graphql(`
  query Heart($uid: ID!) {
    heart(instanceUid: $uid) {
      ...HeartParts
    }
  }
`);

export const CORRECT_HEART = graphql(`
  mutation CorrectHeart($input: HeartCorrectionInput!) {
    correctHeart(input: $input) {
      ...HeartParts
    }
  }
`);

export const HEART_PARTS = graphql(`
  fragment HeartParts on HeartView {
    instanceUid
    stored
    trace {
      ...TraceParts
    }
    strip {
      ...StripParts
    }
    measurements {
      ...MeasurementParts
    }
    together {
      ...MeasurementParts
    }
    togetherCorrected {
      ...MeasurementParts
    }
    thresholdSets {
      name
      title
      isDefault
      reason
      limits {
        class
        least
        inclusive
      }
    }
    corrections {
      annotationId
      author
      at
      comment
      editedFrames
      choseBeats
      trace {
        ...TraceParts
      }
      measurements {
        ...MeasurementParts
      }
    }
  }
`);

export const TRACE_PARTS = graphql(`
  fragment TraceParts on HeartTrace {
    frames
    rows
    columns
    view
    viewSource
    species
    modelId
    pixelAspect
    pixelSize {
      xMm
      yMm
    }
    pixelSizeReason {
      code
      text
    }
    frameTimesMs
    reason {
      code
      text
    }
    notes {
      code
      text
    }
    areaUnit
    volumeUnit
    contours {
      frame
      line
      apex
      base
      myocardium
      atrium
    }
    beats {
      endDiastole
      endSystole
      end
    }
  }
`);

export const STRIP_PARTS = graphql(`
  fragment StripParts on StripTrace {
    lines {
      name
      label
      line
    }
    beats {
      endDiastole
      endSystole
    }
    box
    reason {
      code
      text
    }
  }
`);

export const MEASUREMENT_PARTS = graphql(`
  fragment MeasurementParts on Measurement {
    name
    label
    value
    unit
    method
    methodLabel
    class
    thresholdSet
    perBeat
    reason {
      code
      text
    }
    quality {
      code
      text
    }
    modelId
  }
`);

export const SIMILAR_HEARTS = graphql(`
  query SimilarHearts($input: SearchInput!, $first: Int!) {
    search(input: $input, first: $first) {
      totalCount
      edges {
        node {
          case {
            studyUid
            ejectionFraction
            heartCorrected
          }
        }
      }
    }
  }
`);
