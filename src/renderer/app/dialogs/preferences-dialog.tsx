import { SegmentedControl, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { preferences } from '#shared/contracts/app.ts'
import { t } from '#shared/i18n/translate.ts'
import { LANGUAGE_CHOICES, LANGUAGE_NAMES } from '#shared/i18n/languages.ts'
import { useApp, useShell } from '../context.ts'
import { setPreferences } from '../preferences.ts'
import { WindowDialog } from './window-dialog.tsx'

const themes = preferences.shape.theme
const languageChoice = preferences.shape.language

/** What a person sets for this machine: look and name. Keys are changed in the key sheet. */
export function PreferencesDialog() {
  const app = useApp()
  const theme = useShell((shell) => shell.preferences.theme)
  return (
    <WindowDialog title={t('Preferences')} width={440}>
      <Stack gap="md">
        <div>
          <Text size="sm" fw={500} id="theme-label">
            {t('Appearance')}
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby="theme-label"
            value={theme}
            data={[
              { value: 'dark', label: t('Dark') },
              { value: 'light', label: t('Light') },
              { value: 'system', label: t('As the system') },
            ]}
            onChange={(value) => void setPreferences(app, { theme: themes.parse(value) })}
          />
        </div>
        <WindowLanguage />
        <TextSize />
        <Person />
        <OnOff
          of="digitMovesOn"
          label={t('A digit moves on')}
          description={t('Where images get a class as wholes, the digit opens the next one without a label at once. Off: Enter does.')}
        />
        <OnOff
          of="mirroredLooks"
          label={t('Predict with mirrored looks')}
          description={t(
            'Each image is looked at mirrored as well and the answers are averaged: a little better, about four times slower.',
          )}
        />
        <OnOff
          of="decimalComma"
          label={t('Decimal comma in exported tables')}
          description={t('CSV and TSV as Excel reads them in Czech or Russian: 0,5 and, in CSV, semicolons between the cells.')}
        />
      </Stack>
    </WindowDialog>
  )
}

/** Another language loads the window anew: main sees to it. */
function WindowLanguage() {
  const app = useApp()
  const chosen = useShell((shell) => shell.preferences.language)
  return (
    <Select
      label={t('Language')}
      allowDeselect={false}
      value={chosen}
      data={LANGUAGE_CHOICES.map((value) => ({ value, label: value === 'system' ? t('As the system') : LANGUAGE_NAMES[value] }))}
      onChange={(value) => void setPreferences(app, { language: languageChoice.parse(value) })}
    />
  )
}

const TEXT_SIZES = [80, 90, 100, 110, 125, 150, 175, 200]

function TextSize() {
  const app = useApp()
  const size = useShell((shell) => shell.preferences.textSize)
  return (
    <Select
      label={t('Size of text and controls')}
      allowDeselect={false}
      value={String(size)}
      data={TEXT_SIZES.map((percent) => ({ value: String(percent), label: `${percent} %` }))}
      onChange={(value) => void setPreferences(app, { textSize: Number(value) })}
    />
  )
}

interface OnOffProps {
  readonly of: 'digitMovesOn' | 'mirroredLooks' | 'decimalComma'
  readonly label: string
  readonly description: string
}

function OnOff({ of, label, description }: OnOffProps) {
  const app = useApp()
  const isOn = useShell((shell) => shell.preferences[of])
  return (
    <Switch
      label={label}
      description={description}
      checked={isOn}
      onChange={(event) => void setPreferences(app, { [of]: event.currentTarget.checked })}
    />
  )
}

function Person() {
  const app = useApp()
  const stored = useShell((shell) => shell.preferences.person)
  const [name, setName] = useState(stored)
  return (
    <TextInput
      label={t('Your name')}
      description={t('Annotations and decisions are signed with it from now on. What is signed already keeps its name.')}
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
