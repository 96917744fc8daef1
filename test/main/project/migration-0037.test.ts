import { describe, expect, it } from 'vitest'
import { migrate } from '../../../src/main/project/migrate.ts'
import { first } from '../../../src/main/project/migrations/0010-first.ts'
import { slidesAndPatients } from '../../../src/main/project/migrations/0037-slides-and-patients.ts'
import { MIGRATIONS } from '../../../src/main/project/migrations/index.ts'
import { allRows, emptyDatabase, fillOld } from './old-project.ts'

describe('0037 slides and patients', () => {
  it('keeps every row; what images have is their group, and neither slide nor patient is known', () => {
    const before37 = MIGRATIONS.filter(({ version }) => version < 37)
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, before37)
    db.exec("UPDATE images SET group_name = 'P7'")
    const before = allRows(db)
    expect(migrate(db, [...before37, slidesAndPatients])).toEqual([37])
    const images = before['images']!.map((image) => ({ ...image, slide: null, patient: null }))
    expect(allRows(db)).toEqual({ ...before, images })
    expect(images).toMatchObject([{ group_name: 'P7' }])
  })
})
