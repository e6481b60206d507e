/** Why what a stage left behind cannot be kept; `link` is `file.link`, and `problem` another one of these or an executor's words. */
export const fileTexts = {
  'artifact.refused': "Artifact '{{name}}' ({{path}}): {{problem}}",
  'artifact.outside': 'the path leaves the workspace',
  'artifact.missing':
    "nothing is there after the command; let the stage write it, or correct the path under 'artifacts'",
  'artifact.tooLarge':
    'it has more than {{max, number}} bytes, the maximum (modelCi.engine.maxArtifactBytes): keep less, or ask an administrator',
  'cache.missing': 'nothing is there after the command',
  'cache.notKept': "Cache '{{name}}' ({{path}}) was not kept: {{problem}}",
  'file.notKept':
    "'{{path}}' is a {{type}}: only files, folders and links within the workspace can be kept",
  'file.link': "'{{path}}' is a link to '{{target}}'",
  'file.linkLeaves':
    '{{link}}, which leaves the workspace: link to a path within it, relative to the link, or copy the file',
  'file.linkBack': '{{link}}, which leads back to it',
  'file.linkAround':
    '{{link}}, a folder that holds the link itself: leave the link out, or copy what is needed',
  'file.linkBeside':
    '{{link}}, beside the artifact; of such links at most {{followed}} are followed, and at most {{depth}} one through the other: copy the files',
  'file.linkMissing':
    '{{link}}, where nothing is: let the stage write it, or leave the link out',
  'file.linkRefused': '{{link}}: {{problem}}',
  'file.hardLink':
    "'{{path}}' is a hard link to '{{target}}', which is not a file of the artifact: copy the file",
  'file.hardLinkToLink':
    "'{{path}}' is a hard link to the link '{{target}}': copy the file",
  'file.behindLink':
    "'{{path}}' lies behind the link '{{folder}}': an archive must not write through a link",
  'file.otherUpload':
    'it was reported as uploaded, as {{digest}}, but what the attempt uploaded there is {{uploaded}}',
  'file.nothing': 'nothing',
  'file.besideUpload':
    'that lies beside what is uploaded, so that its content does not come along; copy the file',
  'file.inSource':
    '{{path}} was in the source at this commit and the stage did not write it',
  'file.inArtifact':
    "{{path}} came with the artifact '{{artifact}}' of stage '{{stage}}' and the stage did not write it",
} as const;
