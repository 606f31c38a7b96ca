args: args.x
