import { SegmentedControl, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { preferences } from '#shared/contracts/app.ts'
import { useApp, useShell } from '../context.ts'
import { setPreferences } from '../preferences.ts'
import { WindowDialog } from './window-dialog.tsx'

const themes = preferences.shape.theme

/** What a person sets for this machine: look and name. Keys are changed in the key sheet. */
export function PreferencesDialog() {
  const app = useApp()
  const theme = useShell((shell) => shell.preferences.theme)
  return (
    <WindowDialog title="Preferences" width={440}>
      <Stack gap="md">
        <div>
          <Text size="sm" fw={500} id="theme-label">
            Appearance
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby="theme-label"
            value={theme}
            data={[
              { value: 'dark', label: 'Dark' },
              { value: 'light', label: 'Light' },
              { value: 'system', label: 'As the system' },
            ]}
            onChange={(value) => void setPreferences(app, { theme: themes.parse(value) })}
          />
        </div>
        <TextSize />
        <Person />
        <MovesOn />
        <MirroredLooks />
      </Stack>
    </WindowDialog>
  )
}

const TEXT_SIZES = [80, 90, 100, 110, 125, 150, 175, 200]

function TextSize() {
  const app = useApp()
  const size = useShell((shell) => shell.preferences.textSize)
  return (
    <Select
      label="Size of text and controls"
      allowDeselect={false}
      value={String(size)}
      data={TEXT_SIZES.map((percent) => ({ value: String(percent), label: `${percent} %` }))}
      onChange={(value) => void setPreferences(app, { textSize: Number(value) })}
    />
  )
}

function MovesOn() {
  const app = useApp()
  const movesOn = useShell((shell) => shell.preferences.digitMovesOn)
  return (
    <Switch
      label="A digit moves on"
      description="Where images get a class as wholes, the digit opens the next one without a label at once. Off: Enter does."
      checked={movesOn}
      onChange={(event) => void setPreferences(app, { digitMovesOn: event.currentTarget.checked })}
    />
  )
}

function MirroredLooks() {
  const app = useApp()
  const isOn = useShell((shell) => shell.preferences.mirroredLooks)
  return (
    <Switch
      label="Predict with mirrored looks"
      description="Each image is looked at mirrored as well and the answers are averaged: a little better, about four times slower."
      checked={isOn}
      onChange={(event) => void setPreferences(app, { mirroredLooks: event.currentTarget.checked })}
    />
  )
}

function Person() {
  const app = useApp()
  const stored = useShell((shell) => shell.preferences.person)
  const [name, setName] = useState(stored)
  return (
    <TextInput
      label="Your name"
      description="Annotations and decisions are signed with it."
      maxLength={200}
      value={name}
      onChange={(event) => {
        setName(event.currentTarget.value)
      }}
      onBlur={() => {
        if (name !== stored) void setPreferences(app, { person: name.trim() })
      }}
    />
  )
}
