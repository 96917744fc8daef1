import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { listBackups, toKeep } from '../../../src/main/project/backup.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { projectBackups, restoreBackup } from '../../../src/main/project/restore.ts'
import { edit, image, newProject, rowsOf, tamper } from './fixtures.ts'

/** A project with one image, a backup of that, and a second image since. */
async function withBackup(): Promise<{ folder: string; name: string; database: string; before: unknown; after: unknown }> {
  const project = await newProject()
  project.commit(edit({ images: [image('a')] }))
  const { file } = await project.backup()
  const before = rowsOf(project)
  project.commit(edit({ images: [image('b')] }))
  const after = rowsOf(project)
  await project.close()
  return { folder: project.folder, name: path.basename(file), database: project.paths.database, before, after }
}

async function rowsNow(folder: string): Promise<unknown> {
  const project = await openProject(folder)
  const rows = rowsOf(project)
  await project.close()
  return rows
}

const NEWER = `PRAGMA user_version = 999`

describe('restoring a project', () => {
  it('lists what there is, newest first, with what it holds', async () => {
    const { folder, name } = await withBackup()
    const backups = await projectBackups(folder)
    expect(backups[0]).toMatchObject({ name, reason: 'daily', holds: { images: 1, annotations: 0, decisions: 0 } })
    writeFileSync(path.join(folder, 'backups', name), 'no database')
    expect((await projectBackups(folder))[0]).toMatchObject({ name, holds: null })
  })

  it('makes it what it was, keeps what was there, and can be taken back', async () => {
    const { folder, name, before, after } = await withBackup()
    const done = await restoreBackup(folder, { backup: 'latest' })
    expect(done).toMatchObject({ folder, restored: name })
    expect(await rowsNow(folder)).toEqual(before)
    expect((await projectBackups(folder)).map((one) => one.name)).toContain(done.kept)
    // The newest is what was put aside: `latest` never means that.
    expect((await restoreBackup(folder, { backup: 'latest' })).restored).toBe(name)
    await restoreBackup(folder, { backup: done.kept! })
    expect(await rowsNow(folder)).toEqual(after)
    expect(readdirSync(folder).filter((file) => file.includes('restoring'))).toEqual([])
  })

  it('brings back one whose database is damaged, with its log, or gone', async () => {
    const { folder, name, database, before } = await withBackup()
    const damaged = Buffer.concat([readFileSync(database).subarray(0, 100), Buffer.alloc(5000, 7)])
    writeFileSync(database, damaged)
    writeFileSync(`${database}-wal`, 'a log')
    const { kept } = await restoreBackup(folder, { backup: name })
    expect(await rowsNow(folder)).toEqual(before)
    expect(readFileSync(path.join(folder, 'backups', kept!))).toEqual(damaged)
    rmSync(database)
    expect(await restoreBackup(folder, { backup: name })).toMatchObject({ kept: null })
    expect(await rowsNow(folder)).toEqual(before)
  })

  it('never replaces what a newer version made unless it is told to, readable or not', async () => {
    const { folder, name, database } = await withBackup()
    tamper(folder, NEWER)
    const now = readFileSync(database)
    await expect(restoreBackup(folder, { backup: name })).rejects.toMatchObject({ code: 'project-newer' })
    expect(readFileSync(database)).toEqual(now)
    const unreadable = Buffer.concat([now.subarray(0, 100), Buffer.alloc(5000, 7)])
    writeFileSync(database, unreadable)
    await expect(restoreBackup(folder, { backup: name })).rejects.toMatchObject({ code: 'project-newer' })
    expect(readFileSync(database)).toEqual(unreadable)
    const { kept } = await restoreBackup(folder, { backup: name, force: true })
    expect(readFileSync(path.join(folder, 'backups', kept!))).toEqual(unreadable)
  })

  it('changes nothing where the backup is damaged, unknown, or the project is open', async () => {
    const { folder, name, after } = await withBackup()
    await expect(restoreBackup(folder, { backup: 'other.db' })).rejects.toMatchObject({ code: 'no-such-backup' })
    const file = path.join(folder, 'backups', name)
    writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 4096), Buffer.alloc(9000, 7)]))
    await expect(restoreBackup(folder, { backup: name })).rejects.toMatchObject({ code: 'backup-damaged' })
    const open = await openProject(folder)
    await expect(restoreBackup(folder, { backup: 'latest' })).rejects.toMatchObject({ code: 'project-busy' })
    await open.close()
    expect(await rowsNow(folder)).toEqual(after)
  })

  it('leaves room for a few of what was put aside', async () => {
    const { folder } = await withBackup()
    for (let i = 0; i < 5; i++) await restoreBackup(folder, { backup: 'latest', now: new Date(Date.UTC(2026, 0, 1 + i)) })
    const backups = await listBackups(path.join(folder, 'backups'))
    expect(backups.filter(({ reason }) => reason === 'replaced')).toHaveLength(5)
    expect(toKeep(backups).filter(({ reason }) => reason === 'replaced')).toHaveLength(3)
    expect(backups.every(({ file }) => existsSync(file))).toBe(true)
  })
})
