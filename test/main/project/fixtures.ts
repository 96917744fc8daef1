import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import type { Edit } from '#shared/records/edit.ts'
import {
  annotationId,
  type ClassId,
  classId,
  type ImageId,
  type ModelId,
  modelId,
  flagId,
  readingId,
  regionId,
  type RunId,
  runId,
} from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord, RunRecord } from '#shared/records/model.ts'
import type { FlagRecord } from '#shared/records/flag.ts'
import type { ReadingRecord } from '#shared/records/reading.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import { plainImage } from '../../../bench/plain-image.ts'
import { createProject } from '../../../src/main/project/create.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { openSqlite } from '../../../src/main/project/sqlite.ts'

export const AT = '2026-11-21T10:00:00.000Z'

/** A folder of the test's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new detection project with three classes, closed when the test ends. */
export async function newProject(folder = path.join(temporaryFolder(), 'smears')): Promise<ProjectDatabase> {
  const project = await createProject(folder, { task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] })
  onTestFinished(() => project.close())
  return project
}

export const image = (id: string, change: Partial<ImageRecord> = {}): ImageRecord =>
  plainImage(id, {
    ...{ relativePath: `../images/${id}.png`, absolutePath: `/images/${id}.png`, bytes: 1000 },
    ...{ sha256: id.charCodeAt(0).toString(16).padStart(64, '0'), addedAt: AT },
    ...change,
  })

export interface Owners {
  readonly imageId: ImageId
  readonly classId: ClassId
}

export const box = (id: string, owners: Owners, change: Partial<AnnotationRecord> = {}): AnnotationRecord => ({
  id: annotationId.parse(id),
  ...owners,
  shape: { type: 'box', x: 10.25, y: 20.5, width: 30.125, height: 40 },
  origin: 'drawn',
  predictionId: null,
  ...PLAIN,
  author: 'Ada',
  createdAt: AT,
  updatedAt: AT,
  ...change,
})

export const flag = (id: string, change: Partial<FlagRecord> & Pick<FlagRecord, 'imageId'>): FlagRecord => ({
  ...{ id: flagId.parse(id), annotationId: null, predictionId: null, note: '', author: 'Ada', createdAt: AT, updatedAt: AT },
  ...change,
})

export const reading = (id: string, change: Partial<ReadingRecord> & Pick<ReadingRecord, 'imageId'>): ReadingRecord => ({
  ...{ id: readingId.parse(id), annotationId: null, predictionId: null, classId: null, who: 'Ada', at: AT },
  ...change,
})

export const region = (id: string, of: ImageId, change: Partial<RegionRecord> = {}): RegionRecord => ({
  id: regionId.parse(id),
  imageId: of,
  shape: { type: 'box', x: 10, y: 20, width: 300, height: 200 },
  name: id,
  fullyLabelled: true,
  author: 'Ada',
  createdAt: AT,
  updatedAt: AT,
  ...change,
})

/** An edit from its parts. */
export const edit = (put: Edit['put'], remove: Edit['remove'] = {}, label = 'Test'): Edit => ({ label, put, remove })

export const model = (id: string): ModelRecord => ({
  id: modelId.parse(id),
  name: id,
  task: 'detection',
  preset: 'ssd300-vgg16',
  classes: [{ id: classId.parse('c'), name: 'RBC' }],
  parent: null,
  fold: null,
  settings: { epochs: 3 },
  author: 'Ada',
  dataHash: '',
  objects: null,
  origin: null,
  trainImages: 2,
  valImages: 1,
  backend: 'tensorflow',
  epochs: 3,
  seconds: 12.5,
  secondsPerStep: 0.1,
  best: 0.9,
  curves: [{ epoch: 1, name: 'loss', value: 2.5 }],
  metrics: { ap50: 0.9 },
  createdAt: AT,
})

export const run = (id: string, of: ModelId): RunRecord => ({
  id: runId.parse(id) satisfies RunId,
  modelId: of,
  settings: { minScore: 0.02 },
  images: 1,
  objects: 0,
  seconds: 1.5,
  createdAt: AT,
})

const EDITED = {
  images: 'SELECT * FROM images',
  classes: 'SELECT * FROM classes',
  annotations: `
    SELECT annotations.*, annotation_facts.*, keys.id AS "place" FROM annotations
    LEFT JOIN annotation_facts ON annotation = annotations."key" LEFT JOIN keys ON keys."key" = image`,
  decisions: 'SELECT * FROM decisions',
  regions: 'SELECT * FROM regions',
  flags: 'SELECT * FROM flags',
  readings: 'SELECT * FROM readings',
  model_notes: 'SELECT * FROM model_notes',
}

/** The number that joins the two rows of an annotation is not the record's: one that comes back gets another. */
const withoutKeys = (rows: readonly object[]): object[] =>
  rows.map((row) => ({ ...row, ...('annotation' in row ? { key: null, annotation: null } : {}) }))

/** Every row of the tables that edits change, read past the project's own code. */
export function rowsOf(project: ProjectDatabase): Record<string, unknown[]> {
  const db = openSqlite(project.paths.database, { readOnly: true })
  try {
    const facts = db.prepare('SELECT COUNT(*) FROM annotation_facts').pluck().get()
    const rows = Object.entries(EDITED).map(
      ([table, select]) => [table, withoutKeys(db.prepare(`${select} ORDER BY ${table}.id`).all() as object[])] as const,
    )
    return { ...Object.fromEntries(rows), 'numbers of facts': [facts] }
  } finally {
    db.close()
  }
}

/** Changes the closed project's database by hand. */
export function tamper(folder: string, sql: string): void {
  const db = openSqlite(path.join(folder, 'project.db'))
  db.exec(sql)
  db.close()
}
