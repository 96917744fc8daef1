import { type CountSource, type DecideRequest, projectContract, type ProjectSnapshot } from '../../../src/shared/contracts/project.ts'
import { serve } from '../../../src/shared/ipc/proxy.ts'
import { type Transport } from '../../../src/shared/ipc/transport.ts'
import { type AnnotationRecord, PLAIN } from '../../../src/shared/records/annotation.ts'
import { type ClassRecord } from '../../../src/shared/records/class.ts'
import { invertDiff, type Change, type Diff, type Edit } from '../../../src/shared/records/edit.ts'
import { annotationId, classId, decisionId, imageId, newId } from '../../../src/shared/records/ids.ts'
import { type ImageRecord } from '../../../src/shared/records/image.ts'
import { type DecisionRecord } from '../../../src/shared/records/prediction.ts'
import { AT, type Content, type FakeOptions } from './fake-content.ts'
import { planned, applied } from './fake-tables.ts'
import { type FakeMain } from './fake-main.ts'

export function serveProject(far: Transport, content: Content, options: FakeOptions, fake: FakeMain): void {
  const done: { label: string; diff: Diff }[] = []
  const undone: { label: string; diff: Diff }[] = []
  let isOpen = options.open
  let sequence = 0
  let view: Record<string, unknown> = {}
  const history = () => ({ undo: done.at(-1)?.label ?? null, redo: undone.at(-1)?.label ?? null, sequence })
  const tell = (label: string, kind: Change['kind'], diff: Diff): Change => {
    applied(content.images, diff.images)
    applied(content.classes, diff.classes)
    applied(content.annotations, diff.annotations)
    applied(content.decisions, diff.decisions)
    applied(content.regions, diff.regions)
    sequence++
    const change: Change = { label, kind, diff, history: history() }
    emit('changed', change)
    return change
  }
  const commit = ({ label, put, remove }: Edit): Change => {
    fake.calls.push(`edit ${label}`)
    const diff: Diff = {
      images: planned(content.images, put.images, remove.images),
      classes: planned(content.classes, put.classes, remove.classes),
      annotations: { ...planned(content.annotations, put.annotations, remove.annotations), amended: [] },
      decisions: planned(content.decisions, put.decisions, remove.decisions),
      regions: planned(content.regions, put.regions, remove.regions),
    }
    done.push({ label, diff })
    undone.length = 0
    return tell(label, 'edit', diff)
  }
  const travel = (from: typeof done, to: typeof done, kind: 'undo' | 'redo'): Change | null => {
    const last = from.pop()
    if (!last) return null
    to.push(last)
    const { diff } = last
    return tell(last.label, kind, kind === 'undo' ? invertDiff(diff) : diff)
  }
  const snapshot = (): ProjectSnapshot => snapshotOf(content, options, history())
  const open = (): ProjectSnapshot => {
    isOpen = true
    return snapshot()
  }
  const { emit } = serve(
    projectContract,
    {
      create: ({ folder }) => {
        fake.calls.push(`create ${folder}`)
        return open()
      },
      open,
      close: () => {
        isOpen = false
        return {}
      },
      current: () => (isOpen ? snapshot() : null),
      backups: () => [],
      restoreBackup: ({ folder, backup }) => ({ folder, restored: backup, kept: null }),
      recent: () => [
        {
          folder: '/home/ada/Documents/Slidewright/Blood smears March.slidewright',
          name: 'Blood smears March',
          openedAt: AT,
          exists: true,
          images: 364,
          picture: null,
        },
        {
          folder: '/mnt/share/haematology/2025/quality control of the peripheral smears/QC.slidewright',
          name: 'QC',
          openedAt: AT,
          exists: true,
          images: 364,
          picture: null,
        },
        {
          folder: '/media/stick/Old.slidewright',
          name: 'Old',
          openedAt: '2025-11-01T08:00:00.000Z',
          exists: false,
          images: null,
          picture: null,
        },
      ],
      annotations: ({ imageId: of }) => [...content.annotations.values()].filter((one) => one.imageId === of),
      predictions: ({ imageId: of, runId: run }) => content.predictions.filter((one) => one.imageId === of && one.runId === run),
      decisions: ({ imageId: of }) => [...content.decisions.values()].filter((one) => one.imageId === of),
      labels: () => [...content.annotations.values()].filter(({ shape }) => shape.type === 'image'),
      results: () => [],
      result: () => null,
      edit: commit,
      undo: () => travel(done, undone, 'undo'),
      redo: () => travel(undone, done, 'redo'),
      decide: (request) => commit(decided(content, request)),
      import: () => ({
        ...{ images: 364, annotations: 4888, classes: 0, duplicates: 3, notes: [], splitsKept: 0 },
        problems: [
          { file: 'BloodImage_00113.xml', what: 'Object 7 (RBC) has no area: xmin 0, xmax 0. It was left out.' },
          { file: 'BloodImage_00280.xml', what: 'Object 2 (WBC) lies outside the image by 3 px: cut to the frame.' },
        ],
        splits: { train: 205, val: 87, test: 72, none: 0 },
      }),
      previewImport: () => ({
        ...{
          formats: ['voc' as const],
          images: 364,
          labels: 4888,
          unlabelled: 12,
          duplicates: 3,
          groups: 0,
          ungrouped: 364,
          groupFault: '',
        },
        classes: [...content.classes.values()].map(({ name, color }) => ({ name, color, labels: 1200, isNew: false })),
        splits: { train: 205, val: 87, test: 72, none: 0 },
        some: [...content.images.values()].slice(0, 20).map(({ name }) => ({ name, group: null })),
        masks: null,
        problems: [{ file: 'BloodImage_00113.xml', what: 'Object 7 (RBC) has no area: xmin 0, xmax 0. It was left out.' }],
        notes: ['Found Pascal VOC annotations.'],
        fault: null,
      }),
      dropImport: () => ({}),
      locate: ({ imageId: of }) => content.images.get(of)!,
      assignSplits: () => commit({ label: 'Split images', put: {}, remove: {} }),
      counts: ({ source }) => counted(content, source),
      previewExport: ({ format }) => ({
        images: content.images.size,
        objects: 3,
        notes: format === 'voc' ? ['2 notes are left out.'] : [],
      }),
      export: ({ file }) => ({ file, rows: content.images.size, notes: [] }),
      saveView: (saved) => {
        view = saved.view
        return {}
      },
      loadView: () => view,
      levels: () => ({ width: 640, height: 480, tileSide: 512, levels: 2, share: 1 }),
      stopPreparing: () => ({}),
      details: () => ({ reader: 'libvips: png', levels: [{ width: 640, height: 480, downsample: 1 }], associated: [] }),
      associated: () => ({ width: 1, height: 1, png: '' }),
      missing: () => [...content.images.keys()].slice(2, 3).map((id) => imageId.parse(id)),
    },
    far,
  )
}

function snapshotOf(content: Content, options: FakeOptions, history: ProjectSnapshot['history']): ProjectSnapshot {
  const counts = new Map<string, ProjectSnapshot['counts'][number]>()
  for (const one of content.annotations.values()) {
    const key = `${one.imageId} ${one.classId}`
    const before = counts.get(key)
    counts.set(key, { imageId: one.imageId, classId: one.classId, annotations: (before?.annotations ?? 0) + 1 })
  }
  return {
    ...{ folder: '/home/ada/Blood smears March.slidewright', name: 'Blood smears March', task: 'detection', readOnly: options.readOnly },
    ...{ classes: [...content.classes.values()], images: [...content.images.values()], counts: [...counts.values()] },
    ...{ regions: [...content.regions.values()], models: content.models, runs: content.runs, history },
  }
}

function decided(content: Content, { predictions, kind, to }: DecideRequest): Edit {
  const annotations: AnnotationRecord[] = []
  const decisions = predictions.map((id): DecisionRecord => {
    const { classId: was, shape, score, imageId: of } = content.predictions.find((one) => one.id === id)!
    const annotation = annotationId.parse(newId())
    if (kind !== 'reject')
      annotations.push({
        ...{
          id: annotation,
          imageId: of,
          classId: to?.classId ?? was,
          shape: to?.shape ?? shape,
          origin: kind === 'accept' ? 'accepted' : 'corrected',
        },
        ...{ predictionId: id, ...PLAIN, author: 'Ada', createdAt: AT, updatedAt: AT },
      })
    return {
      ...{ id: decisionId.parse(newId()), predictionId: id, imageId: of, kind, annotationId: kind === 'reject' ? null : annotation },
      ...{ who: 'Ada', at: AT, from: { classId: was, shape, score }, to: to ?? null, replaced: null },
    }
  })
  return { label: kind === 'accept' ? 'Accept' : kind === 'reject' ? 'Reject' : 'Correct', put: { annotations, decisions }, remove: {} }
}

function counted(
  content: Content,
  source: CountSource,
): { imageId: ImageRecord['id']; counts: { classId: ClassRecord['id']; count: number }[] }[] {
  const tallies = new Map<string, Map<string, number>>([...content.images.keys()].map((id) => [id, new Map<string, number>()]))
  const add = (of: string, to: string): void => {
    const row = tallies.get(of)
    row?.set(to, (row.get(to) ?? 0) + 1)
  }
  if (source.kind !== 'predictions') for (const one of content.annotations.values()) add(one.imageId, one.classId)
  if (source.kind !== 'truth')
    for (const one of content.predictions) {
      if (one.runId !== source.runId || one.score < source.score) continue
      const settled = content.images.get(one.imageId)?.state !== 'unlabelled'
      if (source.kind === 'predictions' || !settled) add(one.imageId, one.classId)
    }
  return [...tallies].map(([id, row]) => ({
    imageId: imageId.parse(id),
    counts: [...row].map(([of, count]) => ({ classId: classId.parse(of), count })),
  }))
}
