import { fileURLToPath } from 'node:url'
import { assertNever } from '#shared/assert.ts'
import { engineContract } from '#shared/contracts/engine.ts'
import type { Job, JobResult } from '#shared/contracts/job.ts'
import { serve } from '#shared/ipc/proxy.ts'
import type { EmitterOf } from '#shared/ipc/service.ts'
import { lookAtGraph } from './foreign/look-at-graph.ts'
import { describeModel } from './inference/describe-model.ts'
import { exportKeras } from './inference/export-keras.ts'
import { ImageFeatures } from './inference/image-features.ts'
import { runPredictJob } from './inference/predict-job.ts'
import { SamplePainter } from './data/sample-pictures.ts'
import { BackendDesk } from './jobs/backend-desk.ts'
import { EngineService } from './jobs/engine-service.ts'
import type { JobControl } from './jobs/job-control.ts'
import { describePresets, findPreset } from './models/registry.ts'
import { runTrainJob } from './training/train-job.ts'
import { createProcessTransport } from '../process/process-transport.ts'
import { stepBack } from '../process/step-back.ts'

// Entry of the engine's process: answers main's calls and runs its jobs. It ends when main goes away, whatever it is doing, after the job
// under way has written its checkpoint.

type Emit = EmitterOf<typeof engineContract>

/** Steps of niceness below the window's processes: a training must not make the mouse lag. */
const NICER = 5
/** Exit code where something broke that nothing could catch. */
const BROKEN = 70

function main(): void {
  stepBack(NICER)
  const bundled = !import.meta.url.endsWith('.ts')
  const beside = (source: string, bundle: string): URL => new URL(bundled ? bundle : source, import.meta.url)
  const workerEntry = beside('./data/worker.ts', './worker.cjs')
  const backends = new BackendDesk(fileURLToPath(beside('./backends/probe-entry.ts', './probe.cjs')))
  const environment = { preset: findPreset, openBackend: backends.open.bind(backends), workerEntry }
  const run = (job: Job, control: JobControl, emit: Emit): Promise<JobResult> => {
    switch (job.kind) {
      case 'train':
        return runTrainJob(job, control, emit, environment)
      case 'predict':
        return runPredictJob(job, control, emit, environment)
      default:
        return assertNever(job)
    }
  }
  const transport = createProcessTransport()
  const server: { emit: Emit } = { emit: () => undefined }
  const painter = new SamplePainter(findPreset)
  const features = new ImageFeatures()
  const work = {
    backends: () => backends.reports(),
    presets: describePresets,
    describeModel: (folder: string) => describeModel(folder, findPreset),
    exportKeras: (folder: string, file: string) => exportKeras(folder, file, findPreset),
    imageFeatures: features.read.bind(features),
    lookAtGraph,
    samplePictures: painter.paint.bind(painter),
    run,
  }
  const service = new EngineService(work, (event, payload) => { server.emit(event, payload) }) // prettier-ignore
  server.emit = serve(engineContract, service.handlers(), transport).emit
  transport.onClose(() => {
    void service.interrupt().then(() => process.exit(0))
  })
}

// Said on stderr, where the supervisor picks it up, and then the process is given up: its state can't be trusted any more.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`)
  process.exit(BROKEN)
})

main()
