import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { imageId } from '#shared/records/ids.ts'
import { createProject } from '../../../src/main/project/create.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { latestVersion } from '../../../src/main/project/migrate.ts'
import { MIGRATIONS } from '../../../src/main/project/migrations/index.ts'
import { openProject, type OpenOptions } from '../../../src/main/project/open.ts'
import { type openSqlite } from '../../../src/main/project/sqlite.ts'
import { box, edit, image, newProject, rowsOf, tamper, temporaryFolder } from './fixtures.ts'

async function failure(task: Promise<unknown>): Promise<AppError> {
  const thrown = await task.then(
    () => null,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(AppError)
  expect((thrown as AppError).hint?.length).toBeGreaterThan(10)
  return thrown as AppError
}

async function reopen(folder: string, options: OpenOptions = {}): Promise<ProjectDatabase> {
  const project = await openProject(folder, options)
  onTestFinished(() => project.close())
  return project
}

async function filledFolder(): Promise<string> {
  const project = await newProject()
  project.commit(edit({ images: [image('a')] }))
  project.commit(edit({ annotations: [box('1', { imageId: imageId.parse('a'), classId: project.classes()[0]!.id })] }))
  await project.close()
  return project.folder
}

/** Number of a migration that this version does not have yet. */
const NEXT = latestVersion(MIGRATIONS) + 10

describe('making projects', () => {
  it('makes the folder with its parts, classes with colours and keys', async () => {
    const folder = path.join(temporaryFolder(), 'deep', 'smears')
    const project = await newProject(folder)
    expect(project.folder).toBe(folder + '.slidewright')
    expect(readdirSync(project.folder)).toEqual(expect.arrayContaining(['project.db', 'models', 'cache', 'backups']))
    expect(project.classes().map(({ name, digit, order }) => [name, digit, order])).toEqual([
      ['RBC', 1, 0],
      ['WBC', 2, 1],
      ['Platelets', 3, 2],
    ])
    expect(new Set(project.classes().map(({ color }) => color)).size).toBe(3)
    expect(readdirSync(path.dirname(project.folder))).toEqual(['smears.slidewright'])
  })

  it('never makes one over what is there', async () => {
    const folder = await filledFolder()
    const before = readFileSync(path.join(folder, 'project.db'))
    const wanted = { task: 'detection', classes: ['A'] } as const
    expect((await failure(createProject(folder, wanted))).code).toBe('project-exists')
    const file = path.join(temporaryFolder(), 'a.slidewright')
    writeFileSync(file, 'mine')
    expect((await failure(createProject(file, wanted))).code).toBe('project-exists')
    expect(readFileSync(path.join(folder, 'project.db'))).toEqual(before)
    const empty = path.join(temporaryFolder(), 'empty.slidewright')
    mkdirSync(empty)
    await (await createProject(empty, wanted)).close()
    expect(existsSync(path.join(empty, 'project.db'))).toBe(true)
  })

  it('refuses classes without a name or named twice, leaving nothing behind', async () => {
    const parent = temporaryFolder()
    for (const classes of [
      ['A', ''],
      ['A', 'A '],
    ])
      expect((await failure(createProject(path.join(parent, 'p'), { task: 'detection', classes }))).code).toMatch(
        /edit-invalid|class-name-taken/,
      )
    expect(readdirSync(parent)).toEqual([])
  })
})

describe('opening projects', () => {
  it('finds everything again, with undo, and keeps the log tidy', async () => {
    const folder = await filledFolder()
    expect(existsSync(path.join(folder, 'project.db-wal'))).toBe(false)
    for (const given of [folder, folder.replace('.slidewright', ''), path.join(folder, 'project.db')]) {
      const project = await reopen(given)
      expect(project.readOnly).toBe('')
      expect(project.annotations()).toHaveLength(1)
      expect(project.historyState()).toMatchObject({ undo: 'Test', redo: null })
      await project.close()
    }
    const project = await reopen(folder)
    project.undo()
    await project.close()
    const again = await reopen(folder)
    expect(again.annotations()).toHaveLength(0)
    again.redo()
    expect(again.annotations()).toHaveLength(1)
  })

  it('says what is missing', async () => {
    const parent = temporaryFolder()
    expect((await failure(openProject(path.join(parent, 'gone')))).code).toBe('project-missing')
    const folder = await filledFolder()
    rmSync(path.join(folder, 'project.db'))
    expect((await failure(openProject(folder))).code).toBe('project-incomplete')
    expect(existsSync(path.join(folder, 'project.db'))).toBe(false)
  })

  it.each([
    ['empty', Buffer.alloc(0), 'project-damaged'],
    ['text', Buffer.alloc(5000, 'x'), 'project-damaged'],
    ['cut off in the header', Buffer.from('SQLite format 3\0'), 'project-damaged'],
  ])('leaves a database that is %s as it is', async (_, bytes, code) => {
    const folder = await filledFolder()
    const file = path.join(folder, 'project.db')
    writeFileSync(file, bytes)
    const error = await failure(openProject(folder))
    expect(error.code).toBe(code)
    expect(error.hint).toContain('backups')
    expect(readFileSync(file)).toEqual(bytes)
    expect(readdirSync(folder)).not.toContain('project.db-wal')
  })

  it('leaves another program’s database as it is', async () => {
    const folder = await filledFolder()
    tamper(folder, 'PRAGMA application_id = 7')
    expect((await failure(openProject(folder))).code).toBe('not-a-project')
  })

  it('tells damage inside, and a row that makes no sense by its name', async () => {
    const folder = await filledFolder()
    tamper(folder, `UPDATE settings SET value = '{' WHERE key = 'project'`)
    expect((await failure(openProject(folder))).code).toBe('project-damaged')
    tamper(folder, `UPDATE settings SET value = '{"task":"detection","createdAt":"2026-01-01T00:00:00Z"}' WHERE key = 'project'`)
    tamper(folder, `PRAGMA ignore_check_constraints = ON; UPDATE annotations SET origin = 'guessed'`)
    const project = await reopen(folder)
    expect(() => project.annotations()).toThrow(/origin of annotations "1"/)
    await project.close()
    const file = path.join(folder, 'project.db')
    const bytes = readFileSync(file)
    bytes.fill(0xaa, 4096, bytes.length - 4096)
    writeFileSync(file, bytes)
    expect((await failure(openProject(folder))).code).toBe('project-damaged')
    expect(readFileSync(file)).toEqual(bytes)
  })

  it('opens a newer version’s project to read only, and says so', async () => {
    const folder = await filledFolder()
    tamper(folder, 'PRAGMA user_version = 99990; ALTER TABLE images ADD COLUMN later TEXT')
    const before = readFileSync(path.join(folder, 'project.db'))
    const project = await reopen(folder)
    expect(project.readOnly).toContain('newer version')
    expect(project.annotations()).toHaveLength(1)
    expect(() => project.commit(edit({ images: [image('b')] }))).toThrow(/newer version/)
    await project.close()
    expect(readFileSync(path.join(folder, 'project.db'))).toEqual(before)
    tamper(folder, 'DROP TABLE history_state')
    expect((await failure(openProject(folder))).code).toBe('project-newer')
  })

  it('gives the second to open it a view that follows, names the first, and lets go when that closes', async () => {
    const first = await newProject()
    const second = await reopen(first.folder)
    expect(second.readOnly).toContain(`process ${process.pid}`)
    expect(second.snapshot().readOnly).toBe(second.readOnly)
    first.commit(edit({ images: [image('a')] }))
    expect(second.images()).toHaveLength(1)
    expect(() => second.undo()).toThrow(AppError)
    await first.close()
    expect(() => first.images()).toThrow(/closed/)
    await second.close()
    expect((await reopen(first.folder)).readOnly).toBe('')
  })

  it('reads a copy where the folder can’t be written to', async () => {
    const folder = await filledFolder()
    // A folder in the lock's place can't be opened as a file: what a write-protected disk answers, for root too.
    rmSync(path.join(folder, 'project.lock'), { force: true })
    mkdirSync(path.join(folder, 'project.lock'))
    const before = readdirSync(folder)
    const project = await reopen(folder)
    expect(project.readOnly).toContain('write-protected; copy the project')
    expect(project.paths.cache.startsWith(folder)).toBe(false)
    expect(project.annotations()).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(before)
  })

  it('opens to look at without a lock', async () => {
    const folder = await filledFolder()
    const looking = await reopen(folder, { readOnly: true })
    const writing = await reopen(folder)
    expect([looking.readOnly, writing.readOnly]).toEqual([expect.stringContaining('look'), ''])
  })

  it('brings an older version up to date after a backup of it', async () => {
    const folder = await filledFolder()
    const later = {
      version: NEXT,
      name: 'colour notes',
      up: (db: ReturnType<typeof openSqlite>) => void db.exec('ALTER TABLE classes ADD COLUMN note TEXT'),
    }
    const project = await reopen(folder, { migrations: [...MIGRATIONS, later] })
    const state = rowsOf(project)
    expect(state['classes']![0]).toHaveProperty('note')
    await project.close()
    const kept = readdirSync(path.join(folder, 'backups')).filter((name) => name.includes(`before-v${NEXT}`))
    expect(kept).toHaveLength(1)
    copyFileSync(path.join(folder, 'backups', kept[0]!), path.join(folder, 'project.db'))
    expect((await reopen(folder)).annotations()).toHaveLength(1)
  })

  it('stays at the old version where a migration fails', async () => {
    const folder = await filledFolder()
    const broken = { version: NEXT, name: 'broken', up: (db: ReturnType<typeof openSqlite>) => void db.exec('DELETE FROM classes') }
    expect((await failure(openProject(folder, { migrations: [...MIGRATIONS, broken] }))).code).toBe('project-damaged')
    const project = await reopen(folder)
    expect([project.readOnly, project.classes().length]).toEqual(['', 3])
  })
})
