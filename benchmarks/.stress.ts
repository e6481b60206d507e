import { DockerExecutor, Engines } from '@model-ci/backstage-plugin-model-ci-backend-module-docker';
import { randomUUID } from 'node:crypto';
const never=new AbortController().signal;
(async()=>{const ex=new DockerExecutor(new Engines([{name:'d',address:{type:'socket',path:'/var/run/docker.sock'},optional:false,labels:{},gpus:0,pull:'never',user:{uid:65534,gid:65534},pidsLimit:4096}]));
let bad=0,n=0;const expected=Array.from({length:2000},(_,i)=>`${i}\n`).join('');
const killed=process.argv[2]==='kill';
await Promise.all(Array.from({length:4},async()=>{for(let r=0;r<12;r++){
 const h=await ex.submit({attemptId:randomUUID(),runId:'r',pipelineRef:'p',stage:'s',node:'d',image:'busybox:latest',script:'i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done'+(killed?'; kill -9 $$':''),env:{},resources:{},network:'none',timeoutSeconds:60,maxLogBytes:1e7,workspace:[]});
 let log='';const rd=async()=>{for await(const c of ex.readLogs(h,0,never))log+=c.data};
 const [o]=await Promise.all([ex.observe(h,never),rd()]);n++;if(log!==expected||o.type!=='exited'){bad++;console.log('bad',log.length,expected.length,JSON.stringify(o))}
 await ex.cleanup(h);}}));console.log({n,bad});})();
