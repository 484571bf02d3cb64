#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdatomic.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <sys/resource.h>
#include <linux/futex.h>
#include <stdint.h>
static int W,SPIN,MODE,ROUNDS; static double WORK; static long SLICE;
static _Atomic uint32_t gen, arrived, sleepers;
static double now(){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec+t.tv_nsec*1e-9;}
static void fwait(_Atomic uint32_t*a,uint32_t v){syscall(SYS_futex,a,FUTEX_WAIT_PRIVATE,v,0,0,0);}
static void fwake(_Atomic uint32_t*a,int n){syscall(SYS_futex,a,FUTEX_WAKE_PRIVATE,n,0,0,0);}
static long sleeps;
static int LIMIT=3,PROBE=16;static __thread int misses,waits;static void barrier(){
  uint32_t g=atomic_load(&gen);
  if(atomic_fetch_add(&arrived,1)+1==(uint32_t)W){atomic_store(&arrived,0);atomic_store(&gen,g+1);
    if(MODE!=2 && atomic_load(&sleepers)) fwake(&gen,W);return;}
  if(MODE==3){ waits++; if(misses<LIMIT||waits%PROBE==0){for(int i=0;i<SPIN;i++){if(atomic_load(&gen)!=g){misses=0;return;}__builtin_ia32_pause();}misses++;} else if(atomic_load(&gen)!=g)return;}
  else for(int i=0;i<SPIN||MODE==2;i++){if(atomic_load(&gen)!=g)return;__builtin_ia32_pause();}
  if(MODE==1){for(int i=0;i<50;i++){if(atomic_load(&gen)!=g)return;sched_yield();}}
  atomic_fetch_add(&sleepers,1);
  while(atomic_load(&gen)==g){sleeps++;fwait(&gen,g);}
  atomic_fetch_sub(&sleepers,1);
}
struct sattr{uint32_t size,policy;uint64_t flags;int32_t nice;uint32_t prio;uint64_t runtime,deadline,period;};
static volatile double sink;
#define U 8
static struct {_Atomic uint32_t v; char pad[60];} claim[128]; static _Atomic uint32_t doneu;
static void work(long n);
static long N;
static double IMB;
static void phase_units(int me,uint32_t g,int upw){ /* claim word: (g<<8)|next */
  for(int k=0;k<W;k++){int q=(me+k)%W; for(;;){uint32_t c=atomic_load(&claim[q].v); 
     uint32_t cg=c>>8,ci=c&255; if(cg!=(g&0xffffff)) return; if((int)ci>=upw) break;
     if(!atomic_compare_exchange_weak(&claim[q].v,&c,c+1)) continue;
     work(N/(W*upw));
     if(atomic_fetch_add(&doneu,1)+1==(uint32_t)(W*upw)){ atomic_store(&doneu,0); for(int i=0;i<W;i++)atomic_store(&claim[i].v,((g+1)&0xffffff)<<8); atomic_store(&gen,g+1); if(atomic_load(&sleepers)) fwake(&gen,W); return;}
  }}
}
static int UPW=2;
static __thread int m2,w2;
static void run_units(int me){
  for(;;){uint32_t g=atomic_load(&gen); if((int)g>=ROUNDS) return; phase_units(me,g,UPW);
    if(atomic_load(&gen)!=g) continue;
    w2++; int ok=0; if(m2<3||w2%32==0){for(int i=0;i<SPIN;i++){if(atomic_load(&gen)!=g){ok=1;break;}__builtin_ia32_pause();} if(ok)m2=0; else m2++;}
    if(ok)continue;
    atomic_fetch_add(&sleepers,1); while(atomic_load(&gen)==g){sleeps++;fwait(&gen,g);} atomic_fetch_sub(&sleepers,1);
  }}

static void work(long n){double x=1;for(long i=0;i<n;i++)x=x*1.0000001+1e-9;sink=x;}

static void*run(void*p){
  if(SLICE){struct sattr a={sizeof a,0,0,0,0,SLICE,0,0}; if(syscall(SYS_sched_setattr,0,&a,0))perror("setattr");}
  if(MODE==4){run_units((int)(long)p);return 0;}
  unsigned r=(unsigned)(uintptr_t)p*2654435761u+12345;for(int i=0;i<ROUNDS;i++){r=r*1664525u+1013904223u;work((long)(N/W*(1-IMB+2*IMB*(r>>8)/16777216.0)));barrier();}
  struct rusage u;getrusage(RUSAGE_THREAD,&u);
  return 0;}
int main(int c,char**v){W=atoi(v[1]);WORK=atof(v[2])*1e-6;SPIN=atoi(v[3]);MODE=atoi(v[4]);SLICE=c>5?atol(v[5])*1000:0;ROUNDS=c>6?atoi(v[6]):9380;if(getenv("IMB"))IMB=atof(getenv("IMB"));if(getenv("LIMIT"))LIMIT=atoi(getenv("LIMIT"));if(getenv("PROBE"))PROBE=atoi(getenv("PROBE"));
  if(getenv("UPW"))UPW=atoi(getenv("UPW"));
  double best=1;for(int i=0;i<20;i++){double t=now();work(20000);t=now()-t;if(t<best)best=t;}
  N=WORK/(best/20000);
  double t=now();pthread_t th[128];for(int i=1;i<W;i++)pthread_create(th+i,0,run,(void*)(long)i);run(0);for(int i=1;i<W;i++)pthread_join(th[i],0);
  t=now()-t;struct rusage u;getrusage(RUSAGE_SELF,&u);
  printf("%.1f %.1f %.1f %ld %ld %ld\n",t*1e3,(u.ru_utime.tv_sec+u.ru_stime.tv_sec)*1e3+(u.ru_utime.tv_usec+u.ru_stime.tv_usec)/1e3,WORK*1e3*ROUNDS/W,sleeps,u.ru_nvcsw,u.ru_nivcsw);}
