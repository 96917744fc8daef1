import type { EngineWork } from '../../../src/engine/jobs/engine-service.ts'

const notAsked = () => Promise.reject(new Error('not asked'))

/** The work of an engine that is asked for jobs alone. */
export const jobsAlone = (run: EngineWork['run']): EngineWork => ({
  backends: () => Promise.resolve([]),
  presets: () => [],
  describeModel: notAsked,
  exportKeras: notAsked,
  lookAtGraph: notAsked,
  imageFeatures: notAsked,
  samplePictures: notAsked,
  run,
})
