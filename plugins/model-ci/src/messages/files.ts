/** The files of artifacts and reports. */
export const filesMessages = {
  'files.browse': 'Browse files',
  'files.browseLabel': 'Browse the files of {{name}}',
  'files.open': 'Open',
  'files.openLabel': 'Open {{name}}',
  'files.title': 'Files of {{name}}',
  'files.label': 'Files',
  'files.up': 'To the folder above',
  'files.other': 'Link, or no ordinary file',
  'files.choose': 'Choose a file to see what is in it.',
  'files.more':
    'Only the first {{shown, number}} are listed; download the artifact to see all.',
  'files.emptyFile': 'This file is empty.',
  'files.noPreview':
    'There is no preview of this file: it is neither text nor an image of up to 5 MB.',
  'files.cut':
    'Only the beginning is shown; download the file to see all of it.',
} as const;
