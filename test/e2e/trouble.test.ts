import { copyFileSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectPaths } from '../../src/main/project/folder.ts'
import { openProject } from '../../src/main/project/open.ts'
import { takeLock } from '../../src/main/project/lock.ts'
import { objectsOn, snapshot, tryAsk } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { answerOpen, answerSave, dialogsShown, givenProject, openImage, projectFolder, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }

describe('when something is wrong', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session

  beforeEach(async () => {
    home = makeHome()
    files = await writeSmears(home.images, 3)
    session = await startApp(home)
  })
  afterEach(async () => {
    await session.close()
    home.remove()
  })

  it('takes the good images of a folder and names the broken ones', async () => {
    await givenProject(session, home, 'Trouble', [])
    truncateSync(files[1]!.path, 2000)
    writeFileSync(path.join(home.images, 'letter.png'), 'Dear colleague,')
    const { page } = session
    await answerOpen(session, home.images)
    await page.getByRole('button', { name: 'Add a folder' }).click()
    const look = page.getByRole('dialog', { name: 'Add images and labels' })
    await look.getByText('2 images').first().waitFor()
    const problems = await look.getByRole('region', { name: 'Problems' }).textContent()
    expect(problems).toContain('2 problems; everything else is added')
    expect(problems).toContain('smear_2.png')
    expect(problems).toContain('letter.png')
    await look.getByRole('button', { name: 'Add 2 images' }).click()
    await look.waitFor({ state: 'detached' })
    expect((await snapshot(page)).images.map(({ name }) => name).sort()).toEqual(['smear_1.png', 'smear_3.png'])
  })

  it('says which image is missing, refuses another file in its stead, and takes it back where it is now', async () => {
    await givenProject(session, home, 'Trouble', [home.images])
    const moved = path.join(home.folder, 'moved.png')
    renameSync(files[0]!.path, moved)
    const { page } = session
    await page.reload()
    await page.getByRole('option', { name: files[0]!.name }).getByText('File not found').waitFor()
    await openImage(page, files[0]!)
    await page.getByRole('heading', { name: 'This image can’t be shown' }).waitFor()
    await answerOpen(session, files[2]!.path)
    await page.getByRole('button', { name: 'Find the file', exact: true }).click()
    await page.getByRole('alert').getByText('Find the file').waitFor()
    expect((await snapshot(page)).images[0]!.absolutePath).toBe(files[0]!.path)
    await answerOpen(session, moved)
    await page.getByRole('button', { name: 'Find the file', exact: true }).click()
    await page.getByRole('heading', { name: 'This image can’t be shown' }).waitFor({ state: 'detached' })
    await page.getByRole('option', { name: files[0]!.name }).getByText('File not found').waitFor({ state: 'detached' })
  })

  it('opens a project that another program has as read-only, says who has it, and changes nothing', async () => {
    await givenProject(session, home, 'Trouble', [home.images])
    await session.close()
    const folder = projectFolder(home, 'Trouble')
    const lock = takeLock(projectPaths(folder).lock, new Date())
    expect(lock.kind).toBe('held')
    session = await startApp(home, folder)
    const { page } = session
    const said = await page.getByRole('status', { name: 'Read only' }).textContent()
    expect(said).toContain(`process ${String(process.pid)}`)
    expect(said).toMatch(/; close it there, then open it again to change it\.$/)
    await openImage(page, files[0]!)
    await page.keyboard.press('r')
    await new Canvas(page, files[0]!).drag({ x: 40, y: 40 }, { x: 100, y: 100 })
    await page.getByText('This project can’t be changed here.').waitFor()
    const edit = await tryAsk(page, 'project', 'edit', {
      label: 'Sneak',
      put: {},
      remove: { images: [(await snapshot(page)).images[0]!.id] },
    })
    expect(edit).toHaveProperty('error.code')
    expect(await objectsOn(page, files[0]!.name)).toEqual([])
    expect((await snapshot(page)).images).toHaveLength(3)
    if (lock.kind === 'held') lock.lock.release()
  })

  it('never takes a damaged project for an empty one: it says so and leaves the file as it is', async () => {
    const folder = projectFolder(home, 'Damaged')
    mkdirSync(folder)
    const file = path.join(folder, 'project.db')
    copyFileSync(files[0]!.path, file)
    const before = readFileSync(file)
    await answerOpen(session, folder)
    const { page } = session
    await page.getByRole('button', { name: 'Open project', exact: true }).click()
    const alert = page.getByRole('alert')
    await alert.getByText('Open project').waitFor()
    await alert.getByRole('button', { name: 'Details' }).click()
    await alert.getByText('project-damaged').waitFor()
    expect(readFileSync(file).equals(before)).toBe(true)
    await page.getByRole('main', { name: 'Start' }).waitFor()
  })

  it('leads from a project that cannot be read to its backups, and brings one back', async () => {
    await givenProject(session, home, 'Trouble', [home.images])
    const folder = projectFolder(home, 'Trouble')
    await session.close()
    const open = await openProject(folder)
    await open.backup()
    await open.close()
    const file = path.join(folder, 'project.db')
    writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 100), Buffer.alloc(5000, 7)]))
    session = await startApp(home)
    const { page } = session
    await page.getByRole('button', { name: 'Open Trouble' }).click()
    const alert = page.getByRole('alert')
    await alert.getByRole('button', { name: 'Choose a backup' }).waitFor()
    await shoot(session, 'cannot-be-read')
    await alert.getByRole('button', { name: 'Choose a backup' }).click()
    const dialog = page.getByRole('dialog', { name: 'Restore a backup' })
    await dialog.getByText('3 images, 0 annotations, 0 decisions').first().waitFor()
    await dialog.getByText('What is there now is kept among the backups.').waitFor()
    await shoot(session, 'restore')
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click()
    await page.getByRole('main', { name: 'Label' }).waitFor()
    expect((await snapshot(page)).images).toHaveLength(3)
    // From the open project too, and from the list of recent ones: what was put aside is offered and cannot be read.
    await page.keyboard.press('Control+w')
    await page.getByRole('button', { name: 'More on Trouble' }).click()
    await page.getByRole('menuitem', { name: 'Restore a backup' }).click()
    await dialog.getByText('put aside by a restore').waitFor()
    expect(await dialog.getByRole('radio', { disabled: true }).count()).toBe(1)
    await shoot(session, 'restore-again')
  })

  it('changes nothing when a dialog of the system is cancelled', async () => {
    await givenProject(session, home, 'Trouble', [home.images])
    const { page } = session
    const before = await snapshot(page)
    await answerOpen(session)
    await answerSave(session, null)
    for (const [key, shown] of [
      ['Control+i', 1],
      ['Control+o', 2],
    ] as const) {
      await page.keyboard.press(key)
      await expect.poll(() => dialogsShown(session), WAIT).toBe(shown)
    }
    expect(await snapshot(page)).toEqual(before)
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await page.getByRole('alert').count()).toBe(0)
  })
})
