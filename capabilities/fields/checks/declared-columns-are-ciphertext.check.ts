import { defineCheck } from '../../../kernel/check/check.ts'

export const declaredColumnsAreCiphertext = defineCheck({
  id: 'fields.declared-columns-are-ciphertext',
  appliesTo: 'postgres',
  severity: 'critical',
  title: {
    de: 'Als verschlüsselt erklärte Spalten enthalten nur Chiffretext bekannter Schlüssel',
    en: 'Columns declared encrypted hold only ciphertext of known keys',
  },
  population: { de: 'erklärte Spalten', en: 'declared columns' },
  remedy: {
    de: 'In {resource} jede Zeile verschlüsseln, die keine Hülle eines bekannten Schlüssels enthält; herausfinden, wer am Verschlüsseln vorbei schreibt; was im Klartext stand, als bekannt geworden ansehen und austauschen.',
    en: 'In {resource} encrypt every row that holds no envelope of a known key; find out who writes past the encryption; treat what was there in clear as known and exchange it.',
  },
  reasons: {
    ciphertext: { de: 'nur Chiffretext, Schlüssel {keys}', en: 'ciphertext alone, keys {keys}' },
    sampled: {
      de: 'in der Stichprobe nur Chiffretext, Schlüssel {keys}',
      en: 'ciphertext alone in the sample, keys {keys}',
    },
    empty: { de: 'noch kein Wert in der Spalte', en: 'no value in the column yet' },
    clear_text: { de: '{bad} Werte sind kein Chiffretext', en: '{bad} values are no ciphertext' },
    unknown_key: {
      de: '{bad} Werte unter unbekannten Schlüsseln: {keys}',
      en: '{bad} values under unknown keys: {keys}',
    },
    no_row_key: {
      de: 'der erklärte Primärschlüssel ist nicht eindeutig: Werte ließen sich zwischen Zeilen vertauschen',
      en: 'the declared primary key is not unique: values could be exchanged between rows',
    },
    unreadable: { de: 'nicht lesbar: {problem}', en: 'could not be read: {problem}' },
  },
  reads: ['field_column'],
  dimensions: ['bad', 'keys', 'problem'],
  freshness: 'PT1H',
  sql: `
    with judged as (
      select *, case
        when problem is not null then 'unreadable'
        when clear_text > 0 then 'clear_text'
        when unknown_key > 0 then 'unknown_key'
        when not row_key_unique then 'no_row_key'
        when read_at_least = 0 then 'empty'
        when whole then 'ciphertext'
        else 'sampled' end as reason
      from field_column
    )
    select system, database || '.' || relation || '.' || field as resource,
      case when reason in ('ciphertext', 'sampled') then 'ok' when reason = 'empty' then 'skip'
        when reason = 'unreadable' then 'error' else 'alarm' end as status,
      reason, problem,
      case reason when 'clear_text' then clear_text when 'unknown_key' then unknown_key end as bad,
      array_to_string(case when reason = 'unknown_key' then unknown_key_ids else key_ids end, ', ') as keys
    from judged
  `,
  examples: [
    {
      name: { de: 'Chiffretext, ganz gelesen oder in Stichproben', en: 'ciphertext, read whole or in samples' },
      facts: { field_column: [{}, { field: 'token', whole: false }] },
      expect: [
        { resource: 'shop.shop.integration.api_key', status: 'ok', reason: 'ciphertext' },
        { resource: 'shop.shop.integration.token', status: 'ok', reason: 'sampled' },
      ],
    },
    {
      name: { de: 'eine einzige Zeile im Klartext', en: 'a single row in clear text' },
      facts: { field_column: [{ clearText: 1 }] },
      expect: [{ resource: 'shop.shop.integration.api_key', status: 'alarm', reason: 'clear_text' }],
    },
    {
      name: { de: 'ein Schlüssel, den niemand kennt', en: 'a key that nobody knows' },
      facts: { field_column: [{ unknownKey: 3, keyIds: ['1', '9'], unknownKeyIds: ['9'] }] },
      expect: [{ resource: 'shop.shop.integration.api_key', status: 'alarm', reason: 'unknown_key' }],
    },
    {
      name: { de: 'kein eindeutiger Zeilenschlüssel', en: 'no unique row key' },
      facts: { field_column: [{ rowKeyUnique: false }] },
      expect: [{ resource: 'shop.shop.integration.api_key', status: 'alarm', reason: 'no_row_key' }],
    },
    {
      name: { de: 'was nicht gelesen wurde, ist nicht gut', en: 'what was not read is not fine' },
      facts: {
        field_column: [
          { problem: 'row_security', readAtLeast: 0 },
          { field: 'new', readAtLeast: 0, keyIds: [] },
        ],
      },
      expect: [
        { resource: 'shop.shop.integration.api_key', status: 'error', reason: 'unreadable' },
        { resource: 'shop.shop.integration.new', status: 'skip', reason: 'empty' },
      ],
    },
  ],
})
