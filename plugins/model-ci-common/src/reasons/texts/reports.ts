/** What is wrong with reports; `problem` is one of the texts that begin with `report.`, `what` names a part of the file. */
export const reportTexts = {
  'report.unreadable':
    'The {{kind}} report {{path}} cannot be read: {{problem}}',
  'report.unreadableAtLine':
    'The {{kind}} report {{path}} cannot be read, line {{line}}: {{problem}}',
  'report.unreadableAtColumn':
    'The {{kind}} report {{path}} cannot be read, line {{line}}, column {{column}}: {{problem}}',
  'report.missing':
    "The {{kind}} report {{path}} is missing: the command did not write it; let it write the file, or correct the path under 'reports.{{kind}}'",
  'report.notWritten':
    'The {{kind}} report {{path}} is missing: {{why}}; let the command write it',
  'report.testsFailed':
    '{{failed, number}} of {{total, number}} tests failed: {{tests}}',
  'report.repeated':
    '{{metric}} is reported in {{first}} and in {{second}}; report it once, or name different data sets',
  'report.tooManyMetrics':
    'all metrics reports of the stage together hold more than {{max, number}} metrics; leave out what nobody compares',
  'report.notUtf8': 'the text is not UTF-8; write the file in UTF-8',
  'report.empty': 'the file is empty',
  'report.moreErrors': 'and there are more errors from here on',
  'report.expectedValue': 'expected a value, found {{found}}',
  'report.expectedName': 'expected a name in double quotes, found {{found}}',
  'report.expectedColon': "expected ':' after {{name}}, found {{found}}",
  'report.expectedComma': "expected ',' or '{{close}}', found {{found}}",
  'report.trailingComma': "a comma is not allowed before '{{close}}'",
  'report.afterEnd': 'nothing may follow the value, found {{found}}',
  'report.openText': 'the text in double quotes does not end',
  'report.badText':
    'the text in double quotes holds a line break, a control character or an unknown escape',
  'report.longText': 'a text has more than {{max, number}} bytes',
  'report.deep': 'values are nested more than {{max, number}} deep',
  'report.notANumber':
    '{{word}} is not a number that JSON knows; leave the value out or report a finite one',
  'report.metricsShape':
    'expected an object such as {"rmse": 12.3} or a list of {"name", "value"}, found {{found}}',
  'report.metricsMany':
    'more than {{max, number}} metrics; leave out what nobody compares',
  'report.entryShape':
    'entry {{entry}}: expected an object with name and value, found {{found}}',
  'report.entryKey':
    'entry {{entry}}: unknown key {{key}}; known are {{known}}',
  'report.entryKeyTwice': 'entry {{entry}}: {{key}} appears twice',
  'report.entryLacks': 'entry {{entry}}: {{key}} is missing',
  'report.metricTwice':
    '{{metric}} was reported already; report it once, or name different data sets or slices',
  'report.notAName': '{{what}} must be a text, found {{found}}',
  'report.badName':
    '{{name}} cannot be a {{what}}: use 1 to {{max, number}} visible characters without line breaks or spaces around them',
  'report.badSlice':
    '{{name}} cannot be a slice: write its name and its value, such as "region=north"',
  'report.valueNotNumber': '{{what}} must be a number, found {{found}}',
  'report.valueTooLarge': '{{what}} is too large a number: {{number}}',
  'report.valueNegative': '{{what}} may not be negative, found {{number}}',
  'report.valueNotCount':
    '{{what}} must be a whole number of examples, found {{number}}',
  'report.valueNotBoolean': '{{what}} must be true or false, found {{found}}',
  'report.partOf': '{{part}} of {{subject}}',
  'report.entry': 'entry {{entry}}',
  'report.longLine':
    'the line has more than {{max, number}} bytes; write one example per line',
  'report.blankLine': 'the line is blank; blank lines may only be at the end',
  'report.notFinite':
    'NaN and Infinity are not JSON; leave the line out or write a finite number',
  'report.notJson': 'not JSON: {{text}}',
  'report.lineShape':
    'expected an object {"id", "prediction"}, found {{found}}',
  'report.badId': '"id" must be a text or a number',
  'report.noPredictionInLine': '"prediction" is missing',
  'report.tooLarge': '{{what}} is too large a number',
  'report.halfCharacter': 'the id {{id}} holds half a character',
  'report.badScore': '"score" must be a number',
  'report.labelNoText': '{{what}} must be a text',
  'report.badLabel':
    '{{what}} cannot be {{label}}: use 1 to {{max, number}} visible characters without line breaks',
  'report.slicesShape':
    '"slices" must be an object such as {"region": "north"}',
  'report.badSliceName':
    'a slice cannot be called {{name}}: use 1 to {{max, number}} visible characters without line breaks and without =',
  'report.idTwice':
    'the id {{id}} appears in an earlier line; every id may appear once',
  'report.noPrediction':
    'the file holds no prediction; write one JSON object {"id", "prediction"} per line',
  'report.manyPredictions':
    'more than {{max, number}} predictions; write only a sample of them',
  'report.tooMuch': '{{limit}}; write only a sample of them',
  'report.lmEvalName':
    'lm-evaluation-harness writes results_*.json and samples_*.jsonl; name those, or the folder with them',
  'report.lmEvalShape':
    'not results of lm-evaluation-harness: expected an object with "results"',
  'report.lmEvalMany':
    '"{{section}}" holds more than {{max, number}} entries; evaluate fewer tasks at once',
  'report.manyFilters':
    'the samples of a task may have {{max, number}} filters, with names of at most {{length, number}} characters',
  'report.beyondReading':
    'the file holds texts that are longer, or values that are nested deeper, than can be read',
  'report.sampleShape':
    'not a sample of lm-evaluation-harness: expected an object with "doc_id" and scores',
  'report.taskTwice':
    'the samples of task {{task}} are in {{first}} and in {{second}}; let the stage write one evaluation of each task',
  'report.manyFiles':
    'there are more than {{max, number}} files; write fewer, or name only some of them',
  'report.isFolder': 'this is a folder; name the file in it',
  'report.emptyFolder': 'this is a folder that holds no {{wanted}} file',
  'report.noPath': 'the path names no file in the workspace',
  'report.linkMissing': "this is a link to '{{target}}', where nothing is",
  'report.linkLeaves':
    "this is a link to '{{target}}', which leaves the workspace or does not end: let the stage write the file itself",
  'report.manyBytes':
    'the file has {{size, number}} bytes; at most {{max, number}} are read',
  'report.isLink': 'this is a link; let the stage write the file itself',
  'report.isOther': 'this is a {{type}}; let the stage write a file',
  'report.xml':
    'not well-formed XML: {{error}}; was the file cut off, or does something else write into it?',
  'report.doctype':
    'document type declarations with entities or parts in other files are not accepted; write the report without <!DOCTYPE>',
  'report.rootElement':
    'the outermost element is {{element}}, but should be testsuites or testsuite: is this a JUnit report?',
  'report.deepElements': 'elements are nested more than {{max, number}} deep',
  'report.manyTests':
    'more than {{max, number}} test cases; split the tests over several stages',
  'report.otherEncoding': 'the text is not in {{encoding}}, which it declares',
  'report.unknownEncoding':
    "the encoding '{{encoding}}' is not known; write the file in UTF-8",
  'report.badMetricName':
    'a metric cannot be called {{name}}: use 1 to {{max, number}} visible characters without line breaks',
  'report.badStep': '{{what}} must be a finite number, found {{found}}',
  'report.seriesLine':
    'expected an object such as {"step": 10, "loss": 0.4}, found {{found}}',
  'report.noSteps':
    'the file holds no steps with numbers; write one line such as {"step": 10, "loss": 0.4} for each',
  'report.csvHeader': 'the first line must name the columns, such as step,loss',
  'report.csvColumnTwice': 'the column {{name}} appears twice',
  'report.csvColumns': 'more than {{max, number}} values at one step',
  'report.csvCells':
    'the line has {{found}} cells where the first line names {{expected}} columns',
  'report.csvQuotes':
    'a cell in double quotes does not end in its line, or other text follows it',
  'report.trainerShape':
    'not a trainer state of Hugging Face: expected an object with a "log_history" that is not empty',
  'report.trainerEntry': 'every entry of "log_history" must be an object',
  'report.recordDamaged':
    'record {{record}} is damaged: its checksum does not match; if the file is not a TensorBoard event file, end its name in .jsonl or .csv',
  'report.recordCut': 'record {{record}} is cut off',
  'report.recordNoEvent': 'record {{record}} is not a TensorBoard event',
  'report.inRecord': 'record {{record}}: {{problem}}',
  'json.text': 'the text {{text}}',
  'json.number': 'the number {{number}}',
  'json.list': 'a list',
  'json.object': 'an object',
  'json.end': 'the end of the file',
} as const;
