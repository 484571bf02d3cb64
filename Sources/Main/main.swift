import Commands
import Platform

exit(Program.run(CommandWords.current))
