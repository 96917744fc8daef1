import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom } from '../../../src/main/workbench/export.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { savePicture } from '../interchange/context.ts'

/** More than fit on the stack as arguments of one call. */
const MANY = 200_000

describe('an image of 200,000 objects', () => {
  it('comes in from GeoJSON and goes out', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 100, 100)
    const coordinates = Array.from({ length: MANY }, (_, i) => [i % 100, Math.floor(i / 100) % 100])
    const feature = { type: 'Feature', geometry: { type: 'MultiPoint', coordinates }, properties: {} }
    writeFileSync(path.join(root, 'a.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }))
    const db = await createProject(path.join(temporaryFolder(), 'p'), { task: 'detection', classes: ['cell'] })
    onTestFinished(() => db.close())
    const to = new OpenProject(db, new WorkbenchEmitter(), 'tester')
    const request = importRequest.parse({ paths: [root] })
    expect(await importInto(to, request, { pictures })).toMatchObject({ annotations: MANY, problems: [] })
    const file = path.join(temporaryFolder(), 'a.geojson')
    expect((await exportFrom(to, { file, what: 'annotations', format: 'geojson' }, { pictures })).rows).toBe(MANY)
  }, 60_000)
})
