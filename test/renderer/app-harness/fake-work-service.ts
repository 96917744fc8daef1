import { workContract, type JobView } from '../../../src/shared/contracts/work.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { iou } from '../../../src/shared/geometry/box.ts'
import { serve } from '../../../src/shared/ipc/proxy.ts'
import { type Transport } from '../../../src/shared/ipc/transport.ts'
import { jobId, newId } from '../../../src/shared/records/ids.ts'
import { detectionReport } from '../../../src/shared/metrics/detection-report.ts'
import { type RunRecord } from '../../../src/shared/records/model.ts'
import { CLASSES, type Content, curvesTo } from './fake-content.ts'

export function serveWork(far: Transport, content: Content): void {
  const jobs = new Map<string, JobView>()
  const timers = new Map<string, ReturnType<typeof setInterval>>()
  const put = (job: JobView): void => {
    jobs.set(job.id, job)
    emit('job', { ...job, curvesReset: true })
  }
  const stop = (id: string, status: JobView['status']): void => {
    clearInterval(timers.get(id))
    timers.delete(id)
    const job = jobs.get(id)
    if (job) put({ ...job, status })
  }
  const sampleOf = (id: JobView['id'], epoch: number) => {
    const val = [...content.images.values()].filter((one) => one.split === 'val' && one.state !== 'unlabelled').slice(0, 6)
    const images = val.map((image) => ({
      imageId: image.id,
      found: content.predictions
        .filter((one) => one.imageId === image.id && one.score < 0.3 + epoch / 60)
        .map((one) => ({ classIndex: CLASSES.findIndex((c) => c.id === one.classId), score: one.score, shape: one.shape })),
      result: null,
    }))
    emit('sample', { id, epoch, images })
  }
  const advance = (id: JobView['id']): void => {
    const job = jobs.get(id)!
    if (job.status === 'paused') return
    const epoch = Math.min(60, (job.progress?.epoch ?? 0) + 0.25)
    const curves = curvesTo(Math.floor(epoch))
    if (epoch % 1 === 0) sampleOf(id, epoch)
    const progress = {
      ...{
        id,
        state: 'running' as const,
        fraction: epoch / 60,
        secondsLeft: (60 - epoch) * 22,
        epoch,
        epochs: 60,
        step: epoch * 40,
        backend: 'tensorflow',
      },
      ...{ backendNote: 'no GPU was found: 2 CPU threads', secondsPerStep: 0.41, waitingShare: 0.004 },
    }
    put({ ...job, status: epoch >= 60 ? 'finished' : 'running', progress, curves })
    if (epoch >= 60) stop(id, 'finished')
  }
  const start = (kind: 'train' | 'predict', title: string) => {
    const id = jobId.parse(newId())
    put({
      id,
      kind,
      title,
      status: 'waiting',
      progress: null,
      curves: [],
      error: null,
      modelId: content.models.at(-1)?.id ?? null,
      runId: null,
    })
    timers.set(
      id,
      setInterval(() => {
        advance(id)
      }, 100),
    )
    return { id }
  }
  const { emit } = serve(
    workContract,
    {
      presets: () => [
        {
          name: 'cells-lite0',
          task: 'detection' as const,
          input: 'any size, RGB',
          parameters: 3_912_444,
          summary: 'Counts small, dense objects. Starts from a pretrained encoder.',
          epochs: 60,
        },
        {
          name: 'ssd300-vgg16',
          task: 'detection' as const,
          input: '300x300, RGB',
          parameters: 24_013_232,
          summary: 'The network of the published blood-cell study, layer for layer.',
          epochs: 40,
        },
      ],
      backends: () => [
        { name: 'tensorflow', works: true, device: '2 threads', version: '2.21.0', why: 'No NVIDIA driver was found.', advice: '' },
        { name: 'wasm', works: true, device: '2 threads', version: '4.22.0', why: 'Slower than TensorFlow by about 6 times.', advice: '' },
      ],
      trainingData: () => {
        const labelled = [...content.images.values()].filter((one) => one.state !== 'unlabelled')
        const per = (split: string, of: string): number =>
          [...content.annotations.values()].filter((one) => one.classId === of && content.images.get(one.imageId)?.split === split).length
        return {
          train: labelled.filter((one) => one.split === 'train').length,
          val: labelled.filter((one) => one.split === 'val').length,
          test: labelled.filter((one) => one.split === 'test').length,
          unsplit: 0,
          perClass: CLASSES.map(({ id, name }) => ({
            name,
            ...{ train: per('train', id), val: per('val', id), test: per('test', id), unsplit: 0, examples: [] },
          })),
          regions: null,
          warnings:
            labelled.length === 0
              ? ['No labelled training images yet: label some images first.']
              : [
                  'WBC has only 12 labels.',
                  '7 groups stand in more than one split (S001, S002, S003): scores will look better than they are.',
                ],
        }
      },
      samplePictures: () => ({ varied: true, samples: [], broken: [] }),
      train: ({ preset }) => start('train', `Training ${preset} ${String(content.models.length + 1)} (${preset})`),
      predict: () => start('predict', 'Predicting with cells-lite0 2'),
      evaluate: ({ modelId: of, split, score }) => {
        const run = content.runs.find((one) => one.modelId === of) ?? content.runs.at(-1)
        if (!run) throw new AppError('no-model', 'The project has no model yet.')
        const images = [...content.images.values()].filter((one) => one.split === split && one.state !== 'unlabelled').map((one) => one.id)
        return { ...reportOf(content, images, run, score ?? 0.5) }
      },
      jobs: () => [...jobs.values()],
      pause: ({ id }) => {
        put({ ...jobs.get(id)!, status: 'paused' })
        return {}
      },
      resume: ({ id }) => {
        put({ ...jobs.get(id)!, status: 'running' })
        return {}
      },
      cancel: ({ id, keep }) => {
        stop(id, keep ? 'finished' : 'cancelled')
        return {}
      },
    },
    far,
  )
}

function reportOf(content: Content, images: readonly string[], run: RunRecord, score: number) {
  const truth = [...content.annotations.values()].flatMap(({ id, imageId: of, classId: to, shape }) =>
    shape.type === 'box' && images.includes(of) ? [{ id, imageId: of, classId: to, box: shape }] : [],
  )
  const predictions = content.predictions
    .filter((one) => one.runId === run.id && images.includes(one.imageId))
    .flatMap(({ id, imageId: of, classId: to, shape, score: at }) =>
      shape.type === 'box' ? [{ id, imageId: of, classId: to, box: shape, score: at }] : [],
    )
  const overlapping = predictions.filter(({ box }) => truth.some((one) => iou(one.box, box) > 0.1)).length
  return { ...detectionReport({ images: [...images], classes: CLASSES, truth, predictions, score, resamples: 200 }), overlapping }
}
