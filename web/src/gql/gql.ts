/* eslint-disable */
import * as types from './graphql';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query About {\n    about {\n      version\n      cases\n      instances\n      datasets\n      seeded\n      mayAdd\n      maxUploadMb\n      disclaimer\n      model {\n        modelId\n        architecture\n        source\n        precision\n        meaningful\n        warning\n      }\n    }\n    me {\n      name\n    }\n  }\n": typeof types.AboutDocument,
    "\n  mutation WithdrawAnnotation($id: ID!, $studyUid: ID!) {\n    withdrawAnnotation(id: $id, studyUid: $studyUid) {\n      annotationId\n      withdrawn\n    }\n  }\n": typeof types.WithdrawAnnotationDocument,
    "\n  fragment FindingCounts on FindingRow {\n    key\n    description\n    present\n    absent\n    uncertain\n    historical\n    hypothetical\n    family\n  }\n": typeof types.FindingCountsFragmentDoc,
    "\n  query FindingsOverview(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $of: FindingsInput!\n    $focus: FindingsInput!\n    $hasFocus: Boolean!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      overview(of: $of) {\n        totalCases\n        reportedCases\n        rows {\n          ...FindingCounts\n        }\n      }\n      focus: overview(of: $focus) @include(if: $hasFocus) {\n        rows {\n          ...FindingCounts\n        }\n      }\n    }\n  }\n": typeof types.FindingsOverviewDocument,
    "\n  query FindingsSpread(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $of: FindingsInput!\n    $groupBy: CaseGroup!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      spread(of: $of, groupBy: $groupBy) {\n        keys {\n          ...FindingCounts\n        }\n        moreKeys\n        unknown\n        totalCases\n        groups {\n          name\n          cases\n          reportedCases\n          counts {\n            key\n            cases\n          }\n        }\n      }\n    }\n  }\n": typeof types.FindingsSpreadDocument,
    "\n  query OneFinding(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $present: FindingsInput!\n    $absent: FindingsInput!\n    $uncertain: FindingsInput!\n    $historical: FindingsInput!\n    $groupBy: CaseGroup!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      present: spread(of: $present, groupBy: $groupBy) {\n        keys {\n          ...FindingCounts\n        }\n        unknown\n        totalCases\n        groups {\n          name\n          cases\n          reportedCases\n          counts {\n            cases\n          }\n        }\n      }\n      absent: spread(of: $absent, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n      uncertain: spread(of: $uncertain, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n      historical: spread(of: $historical, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n    }\n  }\n": typeof types.OneFindingDocument,
    "\n  query FindingPairs($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      cooccurrence(of: $of) {\n        keys {\n          ...FindingCounts\n        }\n        moreKeys\n        totalCases\n        reportedCases\n        pairs {\n          one\n          other\n          cases\n          lift\n        }\n      }\n    }\n  }\n": typeof types.FindingPairsDocument,
    "\n  query FindingEnrichment($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      enrichment(of: $of) {\n        setSize\n        archiveSize\n        totalCases\n        rows {\n          key\n          description\n          inSet\n          inArchive\n          lift\n          oddsRatio\n          low\n          high\n          p\n          q\n        }\n      }\n    }\n  }\n": typeof types.FindingEnrichmentDocument,
    "\n  query CasePage($uid: ID!, $text: String) {\n    case(uid: $uid) {\n      studyUid\n      dataset\n      patient\n      date\n      description\n      sex\n      ageYears\n      modalities\n      labels\n      identityKept\n      series {\n        seriesUid\n        number\n        description\n        modality\n        bodyPart\n        laterality\n        thumbnail\n        instances {\n          instanceUid\n          number\n          frames\n          thumbnail\n          viewable\n          view\n          laterality\n          labels\n        }\n      }\n      attachments {\n        instanceUid\n        title\n        modality\n        sopClass\n        original\n      }\n      reports(allVersions: true) {\n        reportId\n        version\n        status\n        date\n        current\n        pieces(text: $text) {\n          text\n          marked\n        }\n      }\n      timeline {\n        studyUid\n        date\n        description\n        modalities\n        reportDates\n        thumbnail\n        isThis\n        imageCount\n      }\n      measurements {\n        instanceUid\n        value\n        reason {\n          code\n        }\n      }\n      annotations {\n        annotationId\n        kind\n        author\n        at\n        withdrawn\n        comment\n      }\n    }\n  }\n": typeof types.CasePageDocument,
    "\n  query InstanceHeader($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      original\n      header {\n        tag\n        keyword\n        vr\n        value\n      }\n    }\n  }\n": typeof types.InstanceHeaderDocument,
    "\n  query ComparedInstance($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      seriesUid\n      studyUid\n      date\n      viewable\n    }\n    case(uid: $uid) {\n      patient\n    }\n  }\n": typeof types.ComparedInstanceDocument,
    "\n  query ComparedFile($id: ID!) {\n    queryFile(id: $id) {\n      instanceUid\n      seriesUid\n      studyUid\n      date\n    }\n  }\n": typeof types.ComparedFileDocument,
    "\n  fragment CaseFinding on Finding {\n    reportId\n    reportVersion\n    begin\n    end\n    text\n    findingId\n    code\n    description\n    assertion\n    trigger\n    section\n    laterality\n    severity\n    location\n    taggerId\n  }\n": typeof types.CaseFindingFragmentDoc,
    "\n  fragment CaseEvidence on Case {\n    findings(form: CORRECTED) {\n      ...CaseFinding\n    }\n    corrections {\n      annotationId\n      author\n      at\n      withdrawnAt\n      reportId\n      reportVersion\n      comment\n      inForce\n      before {\n        ...CaseFinding\n      }\n      after {\n        ...CaseFinding\n      }\n    }\n  }\n": typeof types.CaseEvidenceFragmentDoc,
    "\n  query CaseEvidenceOf($uid: ID!) {\n    case(uid: $uid) {\n      ...CaseEvidence\n    }\n  }\n": typeof types.CaseEvidenceOfDocument,
    "\n  mutation CorrectFinding($input: CorrectionInput!) {\n    correctFinding(input: $input) {\n      studyUid\n      ...CaseEvidence\n    }\n  }\n": typeof types.CorrectFindingDocument,
    "\n  query FindingTerms($text: String!) {\n    findingTerms(text: $text, first: 20) {\n      findingId\n      code\n      description\n      named\n    }\n  }\n": typeof types.FindingTermsDocument,
    "\n  query Heart($uid: ID!) {\n    heart(instanceUid: $uid) {\n      ...HeartParts\n    }\n  }\n": typeof types.HeartDocument,
    "\n  mutation CorrectHeart($input: HeartCorrectionInput!) {\n    correctHeart(input: $input) {\n      ...HeartParts\n    }\n  }\n": typeof types.CorrectHeartDocument,
    "\n  fragment HeartParts on HeartView {\n    instanceUid\n    stored\n    trace {\n      ...TraceParts\n    }\n    strip {\n      ...StripParts\n    }\n    measurements {\n      ...MeasurementParts\n    }\n    together {\n      ...MeasurementParts\n    }\n    togetherCorrected {\n      ...MeasurementParts\n    }\n    thresholdSets {\n      name\n      title\n      isDefault\n      reason\n      limits {\n        class\n        least\n        inclusive\n      }\n    }\n    corrections {\n      annotationId\n      author\n      at\n      comment\n      editedFrames\n      choseBeats\n      trace {\n        ...TraceParts\n      }\n      measurements {\n        ...MeasurementParts\n      }\n    }\n  }\n": typeof types.HeartPartsFragmentDoc,
    "\n  fragment TraceParts on HeartTrace {\n    frames\n    rows\n    columns\n    view\n    viewSource\n    species\n    modelId\n    pixelAspect\n    pixelSize {\n      xMm\n      yMm\n    }\n    pixelSizeReason {\n      code\n      text\n    }\n    frameTimesMs\n    reason {\n      code\n      text\n    }\n    notes {\n      code\n      text\n    }\n    areaUnit\n    volumeUnit\n    contours {\n      frame\n      line\n      apex\n      base\n      myocardium\n      atrium\n    }\n    beats {\n      endDiastole\n      endSystole\n      end\n    }\n  }\n": typeof types.TracePartsFragmentDoc,
    "\n  fragment StripParts on StripTrace {\n    lines {\n      name\n      label\n      line\n    }\n    beats {\n      endDiastole\n      endSystole\n    }\n    box\n    reason {\n      code\n      text\n    }\n  }\n": typeof types.StripPartsFragmentDoc,
    "\n  fragment MeasurementParts on Measurement {\n    name\n    label\n    value\n    unit\n    method\n    methodLabel\n    class\n    thresholdSet\n    perBeat\n    reason {\n      code\n      text\n    }\n    quality {\n      code\n      text\n    }\n    modelId\n  }\n": typeof types.MeasurementPartsFragmentDoc,
    "\n  query SimilarHearts($input: SearchInput!, $first: Int!) {\n    search(input: $input, first: $first) {\n      totalCount\n      edges {\n        node {\n          case {\n            studyUid\n            ejectionFraction\n            heartCorrected\n          }\n        }\n      }\n    }\n  }\n": typeof types.SimilarHeartsDocument,
    "\n  query Search($input: SearchInput!, $first: Int!, $after: String) {\n    search(input: $input, first: $first, after: $after) {\n      totalCount\n      scoring\n      unlike\n      model {\n        modelId\n        architecture\n        source\n        precision\n        meaningful\n        warning\n      }\n      excluded {\n        what\n        cases\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          ...HitCard\n        }\n      }\n    }\n  }\n": typeof types.SearchDocument,
    "\n  fragment HitCard on Hit {\n    id\n    rank\n    score\n    cosine\n    textScore\n    frame\n    instance {\n      instanceUid\n      seriesUid\n      modality\n      bodyPart\n      view\n      laterality\n      description\n      sex\n      ageYears\n      date\n      frames\n      labels\n      thumbnail\n    }\n    case {\n      studyUid\n      dataset\n      patient\n      date\n      description\n      sex\n      ageYears\n      modalities\n      labels\n      ejectionFraction\n      ejectionFractionClass\n      heartCorrected\n    }\n    excerpt {\n      text\n      marked\n    }\n    notUseful {\n      annotationId\n      withdrawn\n    }\n  }\n": typeof types.HitCardFragmentDoc,
    "\n  query Total($input: SearchInput!) {\n    search(input: $input, first: 1) {\n      totalCount\n    }\n  }\n": typeof types.TotalDocument,
    "\n  query Facets($input: SearchInput!) {\n    facets(input: $input) {\n      name\n      label\n      kind\n      more\n      values {\n        value\n        label\n        count\n        selected\n      }\n    }\n  }\n": typeof types.FacetsDocument,
    "\n  query Filters {\n    filters {\n      name\n      kind\n      label\n      help\n      facet\n    }\n  }\n": typeof types.FiltersDocument,
    "\n  query Suggestions($text: String!) {\n    suggestions(text: $text) {\n      text\n      completed\n      cases\n    }\n  }\n": typeof types.SuggestionsDocument,
    "\n  query FindingSuggestions($text: String!) {\n    findingSuggestions(text: $text) {\n      filter\n      key\n      description\n      cases\n    }\n  }\n": typeof types.FindingSuggestionsDocument,
    "\n  query AskedFile($id: ID!) {\n    queryFile(id: $id) {\n      id\n      modality\n      bodyPart\n      view\n      laterality\n      sex\n      ageYears\n      date\n      description\n      rows\n      columns\n      frames\n      lossy\n      isDicom\n      thumbnail\n      studyUid\n      seriesUid\n      instanceUid\n      stored\n      patientCases\n      expiresAt\n    }\n  }\n": typeof types.AskedFileDocument,
    "\n  query LikeInstance($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      seriesUid\n      studyUid\n      modality\n      bodyPart\n      view\n      laterality\n      sex\n      ageYears\n      date\n      description\n      rows\n      columns\n      frames\n      lossy\n      thumbnail\n    }\n  }\n": typeof types.LikeInstanceDocument,
    "\n  mutation ForgetQueryFile($id: ID!) {\n    forgetQueryFile(id: $id)\n  }\n": typeof types.ForgetQueryFileDocument,
    "\n  mutation MarkNotUseful($input: MarkInput!) {\n    markNotUseful(input: $input) {\n      annotationId\n      withdrawn\n    }\n  }\n": typeof types.MarkNotUsefulDocument,
    "\n  query UploadJob($id: ID!) {\n    job(id: $id) {\n      jobId\n      state\n      done\n      total\n      error\n      files {\n        name\n        outcome\n        reason\n        message\n        studyUid\n        instanceUid\n      }\n    }\n  }\n": typeof types.UploadJobDocument,
    "\n  mutation CancelJob($id: ID!) {\n    cancelJob(id: $id) {\n      jobId\n      state\n    }\n  }\n": typeof types.CancelJobDocument,
};
const documents: Documents = {
    "\n  query About {\n    about {\n      version\n      cases\n      instances\n      datasets\n      seeded\n      mayAdd\n      maxUploadMb\n      disclaimer\n      model {\n        modelId\n        architecture\n        source\n        precision\n        meaningful\n        warning\n      }\n    }\n    me {\n      name\n    }\n  }\n": types.AboutDocument,
    "\n  mutation WithdrawAnnotation($id: ID!, $studyUid: ID!) {\n    withdrawAnnotation(id: $id, studyUid: $studyUid) {\n      annotationId\n      withdrawn\n    }\n  }\n": types.WithdrawAnnotationDocument,
    "\n  fragment FindingCounts on FindingRow {\n    key\n    description\n    present\n    absent\n    uncertain\n    historical\n    hypothetical\n    family\n  }\n": types.FindingCountsFragmentDoc,
    "\n  query FindingsOverview(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $of: FindingsInput!\n    $focus: FindingsInput!\n    $hasFocus: Boolean!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      overview(of: $of) {\n        totalCases\n        reportedCases\n        rows {\n          ...FindingCounts\n        }\n      }\n      focus: overview(of: $focus) @include(if: $hasFocus) {\n        rows {\n          ...FindingCounts\n        }\n      }\n    }\n  }\n": types.FindingsOverviewDocument,
    "\n  query FindingsSpread(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $of: FindingsInput!\n    $groupBy: CaseGroup!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      spread(of: $of, groupBy: $groupBy) {\n        keys {\n          ...FindingCounts\n        }\n        moreKeys\n        unknown\n        totalCases\n        groups {\n          name\n          cases\n          reportedCases\n          counts {\n            key\n            cases\n          }\n        }\n      }\n    }\n  }\n": types.FindingsSpreadDocument,
    "\n  query OneFinding(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $present: FindingsInput!\n    $absent: FindingsInput!\n    $uncertain: FindingsInput!\n    $historical: FindingsInput!\n    $groupBy: CaseGroup!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      present: spread(of: $present, groupBy: $groupBy) {\n        keys {\n          ...FindingCounts\n        }\n        unknown\n        totalCases\n        groups {\n          name\n          cases\n          reportedCases\n          counts {\n            cases\n          }\n        }\n      }\n      absent: spread(of: $absent, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n      uncertain: spread(of: $uncertain, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n      historical: spread(of: $historical, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n    }\n  }\n": types.OneFindingDocument,
    "\n  query FindingPairs($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      cooccurrence(of: $of) {\n        keys {\n          ...FindingCounts\n        }\n        moreKeys\n        totalCases\n        reportedCases\n        pairs {\n          one\n          other\n          cases\n          lift\n        }\n      }\n    }\n  }\n": types.FindingPairsDocument,
    "\n  query FindingEnrichment($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      enrichment(of: $of) {\n        setSize\n        archiveSize\n        totalCases\n        rows {\n          key\n          description\n          inSet\n          inArchive\n          lift\n          oddsRatio\n          low\n          high\n          p\n          q\n        }\n      }\n    }\n  }\n": types.FindingEnrichmentDocument,
    "\n  query CasePage($uid: ID!, $text: String) {\n    case(uid: $uid) {\n      studyUid\n      dataset\n      patient\n      date\n      description\n      sex\n      ageYears\n      modalities\n      labels\n      identityKept\n      series {\n        seriesUid\n        number\n        description\n        modality\n        bodyPart\n        laterality\n        thumbnail\n        instances {\n          instanceUid\n          number\n          frames\n          thumbnail\n          viewable\n          view\n          laterality\n          labels\n        }\n      }\n      attachments {\n        instanceUid\n        title\n        modality\n        sopClass\n        original\n      }\n      reports(allVersions: true) {\n        reportId\n        version\n        status\n        date\n        current\n        pieces(text: $text) {\n          text\n          marked\n        }\n      }\n      timeline {\n        studyUid\n        date\n        description\n        modalities\n        reportDates\n        thumbnail\n        isThis\n        imageCount\n      }\n      measurements {\n        instanceUid\n        value\n        reason {\n          code\n        }\n      }\n      annotations {\n        annotationId\n        kind\n        author\n        at\n        withdrawn\n        comment\n      }\n    }\n  }\n": types.CasePageDocument,
    "\n  query InstanceHeader($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      original\n      header {\n        tag\n        keyword\n        vr\n        value\n      }\n    }\n  }\n": types.InstanceHeaderDocument,
    "\n  query ComparedInstance($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      seriesUid\n      studyUid\n      date\n      viewable\n    }\n    case(uid: $uid) {\n      patient\n    }\n  }\n": types.ComparedInstanceDocument,
    "\n  query ComparedFile($id: ID!) {\n    queryFile(id: $id) {\n      instanceUid\n      seriesUid\n      studyUid\n      date\n    }\n  }\n": types.ComparedFileDocument,
    "\n  fragment CaseFinding on Finding {\n    reportId\n    reportVersion\n    begin\n    end\n    text\n    findingId\n    code\n    description\n    assertion\n    trigger\n    section\n    laterality\n    severity\n    location\n    taggerId\n  }\n": types.CaseFindingFragmentDoc,
    "\n  fragment CaseEvidence on Case {\n    findings(form: CORRECTED) {\n      ...CaseFinding\n    }\n    corrections {\n      annotationId\n      author\n      at\n      withdrawnAt\n      reportId\n      reportVersion\n      comment\n      inForce\n      before {\n        ...CaseFinding\n      }\n      after {\n        ...CaseFinding\n      }\n    }\n  }\n": types.CaseEvidenceFragmentDoc,
    "\n  query CaseEvidenceOf($uid: ID!) {\n    case(uid: $uid) {\n      ...CaseEvidence\n    }\n  }\n": types.CaseEvidenceOfDocument,
    "\n  mutation CorrectFinding($input: CorrectionInput!) {\n    correctFinding(input: $input) {\n      studyUid\n      ...CaseEvidence\n    }\n  }\n": types.CorrectFindingDocument,
    "\n  query FindingTerms($text: String!) {\n    findingTerms(text: $text, first: 20) {\n      findingId\n      code\n      description\n      named\n    }\n  }\n": types.FindingTermsDocument,
    "\n  query Heart($uid: ID!) {\n    heart(instanceUid: $uid) {\n      ...HeartParts\n    }\n  }\n": types.HeartDocument,
    "\n  mutation CorrectHeart($input: HeartCorrectionInput!) {\n    correctHeart(input: $input) {\n      ...HeartParts\n    }\n  }\n": types.CorrectHeartDocument,
    "\n  fragment HeartParts on HeartView {\n    instanceUid\n    stored\n    trace {\n      ...TraceParts\n    }\n    strip {\n      ...StripParts\n    }\n    measurements {\n      ...MeasurementParts\n    }\n    together {\n      ...MeasurementParts\n    }\n    togetherCorrected {\n      ...MeasurementParts\n    }\n    thresholdSets {\n      name\n      title\n      isDefault\n      reason\n      limits {\n        class\n        least\n        inclusive\n      }\n    }\n    corrections {\n      annotationId\n      author\n      at\n      comment\n      editedFrames\n      choseBeats\n      trace {\n        ...TraceParts\n      }\n      measurements {\n        ...MeasurementParts\n      }\n    }\n  }\n": types.HeartPartsFragmentDoc,
    "\n  fragment TraceParts on HeartTrace {\n    frames\n    rows\n    columns\n    view\n    viewSource\n    species\n    modelId\n    pixelAspect\n    pixelSize {\n      xMm\n      yMm\n    }\n    pixelSizeReason {\n      code\n      text\n    }\n    frameTimesMs\n    reason {\n      code\n      text\n    }\n    notes {\n      code\n      text\n    }\n    areaUnit\n    volumeUnit\n    contours {\n      frame\n      line\n      apex\n      base\n      myocardium\n      atrium\n    }\n    beats {\n      endDiastole\n      endSystole\n      end\n    }\n  }\n": types.TracePartsFragmentDoc,
    "\n  fragment StripParts on StripTrace {\n    lines {\n      name\n      label\n      line\n    }\n    beats {\n      endDiastole\n      endSystole\n    }\n    box\n    reason {\n      code\n      text\n    }\n  }\n": types.StripPartsFragmentDoc,
    "\n  fragment MeasurementParts on Measurement {\n    name\n    label\n    value\n    unit\n    method\n    methodLabel\n    class\n    thresholdSet\n    perBeat\n    reason {\n      code\n      text\n    }\n    quality {\n      code\n      text\n    }\n    modelId\n  }\n": types.MeasurementPartsFragmentDoc,
    "\n  query SimilarHearts($input: SearchInput!, $first: Int!) {\n    search(input: $input, first: $first) {\n      totalCount\n      edges {\n        node {\n          case {\n            studyUid\n            ejectionFraction\n            heartCorrected\n          }\n        }\n      }\n    }\n  }\n": types.SimilarHeartsDocument,
    "\n  query Search($input: SearchInput!, $first: Int!, $after: String) {\n    search(input: $input, first: $first, after: $after) {\n      totalCount\n      scoring\n      unlike\n      model {\n        modelId\n        architecture\n        source\n        precision\n        meaningful\n        warning\n      }\n      excluded {\n        what\n        cases\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          ...HitCard\n        }\n      }\n    }\n  }\n": types.SearchDocument,
    "\n  fragment HitCard on Hit {\n    id\n    rank\n    score\n    cosine\n    textScore\n    frame\n    instance {\n      instanceUid\n      seriesUid\n      modality\n      bodyPart\n      view\n      laterality\n      description\n      sex\n      ageYears\n      date\n      frames\n      labels\n      thumbnail\n    }\n    case {\n      studyUid\n      dataset\n      patient\n      date\n      description\n      sex\n      ageYears\n      modalities\n      labels\n      ejectionFraction\n      ejectionFractionClass\n      heartCorrected\n    }\n    excerpt {\n      text\n      marked\n    }\n    notUseful {\n      annotationId\n      withdrawn\n    }\n  }\n": types.HitCardFragmentDoc,
    "\n  query Total($input: SearchInput!) {\n    search(input: $input, first: 1) {\n      totalCount\n    }\n  }\n": types.TotalDocument,
    "\n  query Facets($input: SearchInput!) {\n    facets(input: $input) {\n      name\n      label\n      kind\n      more\n      values {\n        value\n        label\n        count\n        selected\n      }\n    }\n  }\n": types.FacetsDocument,
    "\n  query Filters {\n    filters {\n      name\n      kind\n      label\n      help\n      facet\n    }\n  }\n": types.FiltersDocument,
    "\n  query Suggestions($text: String!) {\n    suggestions(text: $text) {\n      text\n      completed\n      cases\n    }\n  }\n": types.SuggestionsDocument,
    "\n  query FindingSuggestions($text: String!) {\n    findingSuggestions(text: $text) {\n      filter\n      key\n      description\n      cases\n    }\n  }\n": types.FindingSuggestionsDocument,
    "\n  query AskedFile($id: ID!) {\n    queryFile(id: $id) {\n      id\n      modality\n      bodyPart\n      view\n      laterality\n      sex\n      ageYears\n      date\n      description\n      rows\n      columns\n      frames\n      lossy\n      isDicom\n      thumbnail\n      studyUid\n      seriesUid\n      instanceUid\n      stored\n      patientCases\n      expiresAt\n    }\n  }\n": types.AskedFileDocument,
    "\n  query LikeInstance($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      seriesUid\n      studyUid\n      modality\n      bodyPart\n      view\n      laterality\n      sex\n      ageYears\n      date\n      description\n      rows\n      columns\n      frames\n      lossy\n      thumbnail\n    }\n  }\n": types.LikeInstanceDocument,
    "\n  mutation ForgetQueryFile($id: ID!) {\n    forgetQueryFile(id: $id)\n  }\n": types.ForgetQueryFileDocument,
    "\n  mutation MarkNotUseful($input: MarkInput!) {\n    markNotUseful(input: $input) {\n      annotationId\n      withdrawn\n    }\n  }\n": types.MarkNotUsefulDocument,
    "\n  query UploadJob($id: ID!) {\n    job(id: $id) {\n      jobId\n      state\n      done\n      total\n      error\n      files {\n        name\n        outcome\n        reason\n        message\n        studyUid\n        instanceUid\n      }\n    }\n  }\n": types.UploadJobDocument,
    "\n  mutation CancelJob($id: ID!) {\n    cancelJob(id: $id) {\n      jobId\n      state\n    }\n  }\n": types.CancelJobDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query About {\n    about {\n      version\n      cases\n      instances\n      datasets\n      seeded\n      mayAdd\n      maxUploadMb\n      disclaimer\n      model {\n        modelId\n        architecture\n        source\n        precision\n        meaningful\n        warning\n      }\n    }\n    me {\n      name\n    }\n  }\n"): typeof import('./graphql').AboutDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation WithdrawAnnotation($id: ID!, $studyUid: ID!) {\n    withdrawAnnotation(id: $id, studyUid: $studyUid) {\n      annotationId\n      withdrawn\n    }\n  }\n"): typeof import('./graphql').WithdrawAnnotationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FindingCounts on FindingRow {\n    key\n    description\n    present\n    absent\n    uncertain\n    historical\n    hypothetical\n    family\n  }\n"): typeof import('./graphql').FindingCountsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindingsOverview(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $of: FindingsInput!\n    $focus: FindingsInput!\n    $hasFocus: Boolean!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      overview(of: $of) {\n        totalCases\n        reportedCases\n        rows {\n          ...FindingCounts\n        }\n      }\n      focus: overview(of: $focus) @include(if: $hasFocus) {\n        rows {\n          ...FindingCounts\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').FindingsOverviewDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindingsSpread(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $of: FindingsInput!\n    $groupBy: CaseGroup!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      spread(of: $of, groupBy: $groupBy) {\n        keys {\n          ...FindingCounts\n        }\n        moreKeys\n        unknown\n        totalCases\n        groups {\n          name\n          cases\n          reportedCases\n          counts {\n            key\n            cases\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').FindingsSpreadDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OneFinding(\n    $input: SearchInput!\n    $neighbours: Int!\n    $among: [FilterInput!]\n    $present: FindingsInput!\n    $absent: FindingsInput!\n    $uncertain: FindingsInput!\n    $historical: FindingsInput!\n    $groupBy: CaseGroup!\n  ) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      present: spread(of: $present, groupBy: $groupBy) {\n        keys {\n          ...FindingCounts\n        }\n        unknown\n        totalCases\n        groups {\n          name\n          cases\n          reportedCases\n          counts {\n            cases\n          }\n        }\n      }\n      absent: spread(of: $absent, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n      uncertain: spread(of: $uncertain, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n      historical: spread(of: $historical, groupBy: $groupBy) {\n        groups {\n          name\n          counts {\n            cases\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').OneFindingDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindingPairs($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      cooccurrence(of: $of) {\n        keys {\n          ...FindingCounts\n        }\n        moreKeys\n        totalCases\n        reportedCases\n        pairs {\n          one\n          other\n          cases\n          lift\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').FindingPairsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindingEnrichment($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {\n    analytics(input: $input, neighbours: $neighbours, among: $among) {\n      enrichment(of: $of) {\n        setSize\n        archiveSize\n        totalCases\n        rows {\n          key\n          description\n          inSet\n          inArchive\n          lift\n          oddsRatio\n          low\n          high\n          p\n          q\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').FindingEnrichmentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CasePage($uid: ID!, $text: String) {\n    case(uid: $uid) {\n      studyUid\n      dataset\n      patient\n      date\n      description\n      sex\n      ageYears\n      modalities\n      labels\n      identityKept\n      series {\n        seriesUid\n        number\n        description\n        modality\n        bodyPart\n        laterality\n        thumbnail\n        instances {\n          instanceUid\n          number\n          frames\n          thumbnail\n          viewable\n          view\n          laterality\n          labels\n        }\n      }\n      attachments {\n        instanceUid\n        title\n        modality\n        sopClass\n        original\n      }\n      reports(allVersions: true) {\n        reportId\n        version\n        status\n        date\n        current\n        pieces(text: $text) {\n          text\n          marked\n        }\n      }\n      timeline {\n        studyUid\n        date\n        description\n        modalities\n        reportDates\n        thumbnail\n        isThis\n        imageCount\n      }\n      measurements {\n        instanceUid\n        value\n        reason {\n          code\n        }\n      }\n      annotations {\n        annotationId\n        kind\n        author\n        at\n        withdrawn\n        comment\n      }\n    }\n  }\n"): typeof import('./graphql').CasePageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query InstanceHeader($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      original\n      header {\n        tag\n        keyword\n        vr\n        value\n      }\n    }\n  }\n"): typeof import('./graphql').InstanceHeaderDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ComparedInstance($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      seriesUid\n      studyUid\n      date\n      viewable\n    }\n    case(uid: $uid) {\n      patient\n    }\n  }\n"): typeof import('./graphql').ComparedInstanceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ComparedFile($id: ID!) {\n    queryFile(id: $id) {\n      instanceUid\n      seriesUid\n      studyUid\n      date\n    }\n  }\n"): typeof import('./graphql').ComparedFileDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment CaseFinding on Finding {\n    reportId\n    reportVersion\n    begin\n    end\n    text\n    findingId\n    code\n    description\n    assertion\n    trigger\n    section\n    laterality\n    severity\n    location\n    taggerId\n  }\n"): typeof import('./graphql').CaseFindingFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment CaseEvidence on Case {\n    findings(form: CORRECTED) {\n      ...CaseFinding\n    }\n    corrections {\n      annotationId\n      author\n      at\n      withdrawnAt\n      reportId\n      reportVersion\n      comment\n      inForce\n      before {\n        ...CaseFinding\n      }\n      after {\n        ...CaseFinding\n      }\n    }\n  }\n"): typeof import('./graphql').CaseEvidenceFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CaseEvidenceOf($uid: ID!) {\n    case(uid: $uid) {\n      ...CaseEvidence\n    }\n  }\n"): typeof import('./graphql').CaseEvidenceOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CorrectFinding($input: CorrectionInput!) {\n    correctFinding(input: $input) {\n      studyUid\n      ...CaseEvidence\n    }\n  }\n"): typeof import('./graphql').CorrectFindingDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindingTerms($text: String!) {\n    findingTerms(text: $text, first: 20) {\n      findingId\n      code\n      description\n      named\n    }\n  }\n"): typeof import('./graphql').FindingTermsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Heart($uid: ID!) {\n    heart(instanceUid: $uid) {\n      ...HeartParts\n    }\n  }\n"): typeof import('./graphql').HeartDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CorrectHeart($input: HeartCorrectionInput!) {\n    correctHeart(input: $input) {\n      ...HeartParts\n    }\n  }\n"): typeof import('./graphql').CorrectHeartDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HeartParts on HeartView {\n    instanceUid\n    stored\n    trace {\n      ...TraceParts\n    }\n    strip {\n      ...StripParts\n    }\n    measurements {\n      ...MeasurementParts\n    }\n    together {\n      ...MeasurementParts\n    }\n    togetherCorrected {\n      ...MeasurementParts\n    }\n    thresholdSets {\n      name\n      title\n      isDefault\n      reason\n      limits {\n        class\n        least\n        inclusive\n      }\n    }\n    corrections {\n      annotationId\n      author\n      at\n      comment\n      editedFrames\n      choseBeats\n      trace {\n        ...TraceParts\n      }\n      measurements {\n        ...MeasurementParts\n      }\n    }\n  }\n"): typeof import('./graphql').HeartPartsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment TraceParts on HeartTrace {\n    frames\n    rows\n    columns\n    view\n    viewSource\n    species\n    modelId\n    pixelAspect\n    pixelSize {\n      xMm\n      yMm\n    }\n    pixelSizeReason {\n      code\n      text\n    }\n    frameTimesMs\n    reason {\n      code\n      text\n    }\n    notes {\n      code\n      text\n    }\n    areaUnit\n    volumeUnit\n    contours {\n      frame\n      line\n      apex\n      base\n      myocardium\n      atrium\n    }\n    beats {\n      endDiastole\n      endSystole\n      end\n    }\n  }\n"): typeof import('./graphql').TracePartsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment StripParts on StripTrace {\n    lines {\n      name\n      label\n      line\n    }\n    beats {\n      endDiastole\n      endSystole\n    }\n    box\n    reason {\n      code\n      text\n    }\n  }\n"): typeof import('./graphql').StripPartsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment MeasurementParts on Measurement {\n    name\n    label\n    value\n    unit\n    method\n    methodLabel\n    class\n    thresholdSet\n    perBeat\n    reason {\n      code\n      text\n    }\n    quality {\n      code\n      text\n    }\n    modelId\n  }\n"): typeof import('./graphql').MeasurementPartsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SimilarHearts($input: SearchInput!, $first: Int!) {\n    search(input: $input, first: $first) {\n      totalCount\n      edges {\n        node {\n          case {\n            studyUid\n            ejectionFraction\n            heartCorrected\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').SimilarHeartsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Search($input: SearchInput!, $first: Int!, $after: String) {\n    search(input: $input, first: $first, after: $after) {\n      totalCount\n      scoring\n      unlike\n      model {\n        modelId\n        architecture\n        source\n        precision\n        meaningful\n        warning\n      }\n      excluded {\n        what\n        cases\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          ...HitCard\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').SearchDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HitCard on Hit {\n    id\n    rank\n    score\n    cosine\n    textScore\n    frame\n    instance {\n      instanceUid\n      seriesUid\n      modality\n      bodyPart\n      view\n      laterality\n      description\n      sex\n      ageYears\n      date\n      frames\n      labels\n      thumbnail\n    }\n    case {\n      studyUid\n      dataset\n      patient\n      date\n      description\n      sex\n      ageYears\n      modalities\n      labels\n      ejectionFraction\n      ejectionFractionClass\n      heartCorrected\n    }\n    excerpt {\n      text\n      marked\n    }\n    notUseful {\n      annotationId\n      withdrawn\n    }\n  }\n"): typeof import('./graphql').HitCardFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Total($input: SearchInput!) {\n    search(input: $input, first: 1) {\n      totalCount\n    }\n  }\n"): typeof import('./graphql').TotalDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Facets($input: SearchInput!) {\n    facets(input: $input) {\n      name\n      label\n      kind\n      more\n      values {\n        value\n        label\n        count\n        selected\n      }\n    }\n  }\n"): typeof import('./graphql').FacetsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Filters {\n    filters {\n      name\n      kind\n      label\n      help\n      facet\n    }\n  }\n"): typeof import('./graphql').FiltersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Suggestions($text: String!) {\n    suggestions(text: $text) {\n      text\n      completed\n      cases\n    }\n  }\n"): typeof import('./graphql').SuggestionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindingSuggestions($text: String!) {\n    findingSuggestions(text: $text) {\n      filter\n      key\n      description\n      cases\n    }\n  }\n"): typeof import('./graphql').FindingSuggestionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AskedFile($id: ID!) {\n    queryFile(id: $id) {\n      id\n      modality\n      bodyPart\n      view\n      laterality\n      sex\n      ageYears\n      date\n      description\n      rows\n      columns\n      frames\n      lossy\n      isDicom\n      thumbnail\n      studyUid\n      seriesUid\n      instanceUid\n      stored\n      patientCases\n      expiresAt\n    }\n  }\n"): typeof import('./graphql').AskedFileDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LikeInstance($uid: ID!) {\n    instance(uid: $uid) {\n      instanceUid\n      seriesUid\n      studyUid\n      modality\n      bodyPart\n      view\n      laterality\n      sex\n      ageYears\n      date\n      description\n      rows\n      columns\n      frames\n      lossy\n      thumbnail\n    }\n  }\n"): typeof import('./graphql').LikeInstanceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ForgetQueryFile($id: ID!) {\n    forgetQueryFile(id: $id)\n  }\n"): typeof import('./graphql').ForgetQueryFileDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation MarkNotUseful($input: MarkInput!) {\n    markNotUseful(input: $input) {\n      annotationId\n      withdrawn\n    }\n  }\n"): typeof import('./graphql').MarkNotUsefulDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query UploadJob($id: ID!) {\n    job(id: $id) {\n      jobId\n      state\n      done\n      total\n      error\n      files {\n        name\n        outcome\n        reason\n        message\n        studyUid\n        instanceUid\n      }\n    }\n  }\n"): typeof import('./graphql').UploadJobDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelJob($id: ID!) {\n    cancelJob(id: $id) {\n      jobId\n      state\n    }\n  }\n"): typeof import('./graphql').CancelJobDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
