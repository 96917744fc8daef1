import { serveBatches } from './serve-batches.ts'
import { sampleReader } from './windows/read-sample.ts'

// Entry of an image worker.

serveBatches(({ cacheFolder, stain }, onOwnColors) => sampleReader({ cacheFolder, stain, onOwnColors }))
