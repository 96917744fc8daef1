import { serveBatches } from '../../../src/engine/data/serve-batches.ts'
import { sampleReader } from '../../../src/engine/data/windows/read-sample.ts'
import { countedOpen } from './counted-reads.ts'

// The image worker, its reads counted.

serveBatches(({ cacheFolder }) => sampleReader({ cacheFolder, open: countedOpen('worker') }))
