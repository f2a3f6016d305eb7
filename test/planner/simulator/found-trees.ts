/** Trees that broke a law once, as the command that replays each; they stay as examples beside the random ones. */
export const foundTrees: readonly string[] = [
  // three that never ended: a copy of a late range was asked for at `since + patience`, and at that instant
  // `now - since` was rounded to less than the patience
  'node planner/simulator/main.ts --items=281 --work=2 --lanes=4 --slots=25 --depth=6 --limit=44 --scaling=35/994 --warm=2 --others=11/707 --latency=1..20 --cold=0..200 --item=1..100 --lost=0.2730998217593879 --alias-moves=11 --patience=300000 --seed=47',
  'node planner/simulator/main.ts --items=281 --work=2 --lanes=4 --slots=25 --depth=6 --limit=44 --scaling=35/994 --warm=2 --others=11/707 --latency=1..20 --cold=0..200 --item=1..100 --throttle=2.788939659043718e-252 --lost=0.2999999999999999 --swapped=1.5e-323 --crash=2.707558273210515e-193 --slow-items=9.38795759500505e-116 --slow-environments=4e-323 --slowness=14 --alias-moves=11 --patience=300000 --seed=673555500',
  'node planner/simulator/main.ts --items=379 --work=1 --lanes=8 --slots=74 --depth=7 --limit=60 --scaling=31/749 --warm=16 --others=15/2753 --latency=1..20 --cold=0..200 --item=1..100 --throttle=3.367530734706764e-108 --lost=0.29999999999999954 --duplicated=3.5e-323 --slowness=16 --alias-moves=864 --patience=300000 --seed=875006589',
  // an item failed that had taken one child along alone, and one with others whose results had been copied meanwhile
  'node planner/simulator/main.ts --items=307 --work=12 --lanes=3 --slots=77 --depth=5 --limit=15 --scaling=9/153 --warm=56 --others=26/2996 --latency=1..20 --cold=0..200 --item=1..100 --crash=0.10528447944670917 --seed=34524735 --patience=300000',
  // two items for children, each of which died alone before the function was held to be at fault
  'node planner/simulator/main.ts --items=15 --work=13 --lanes=1 --slots=41 --depth=7 --limit=13 --scaling=7/637 --warm=24 --others=20/2992 --latency=1..20 --cold=0..200 --item=1..100 --crash=0.09070405131205918 --alias-moves=68 --seed=2147483622 --patience=300000',
];
