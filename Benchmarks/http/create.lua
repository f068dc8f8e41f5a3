-- Creates one resource with every request; no two requests of a run, and no two runs, name the same one.
-- wrk -s create.lua URL -- FILE: the file holds method, path, headers and the body, in which @N@ stands for a number
-- and @A@ for an IPv4 address made of it. The wanted status is checked by its count: wrk itself counts other classes.
local threads = 0

function setup(thread)
   thread:set("first", threads)
   threads = threads + 1
end

function init(args)
   local file = assert(io.open(args[1]))
   local text = file:read("*a")
   file:close()
   local head, body = text:match("^(.-)\n\n(.*)$")
   local method, path, rest = head:match("^(%S+) (%S+)\n(.*)$")
   headers = {}
   for name, value in rest:gmatch("([^:\n]+): ([^\n]+)") do headers[name] = value end
   wrk.method, wrk.path, template = method, path, body
   number = first * 20000000 + tonumber(args[2] or "0")
end

local function address(n)
   return string.format("10.%d.%d.%d", math.floor(n / 65536) % 256, math.floor(n / 256) % 256, n % 256)
end

function request()
   number = number + 1
   local body = template:gsub("@N@", string.format("%d", number)):gsub("@A@", address(number))
   return wrk.format(wrk.method, wrk.path, headers, body)
end

function done(summary, latency, requests)
   local seconds = summary.duration / 1e6
   local failures = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
   io.write(string.format("requests %d requests\n", summary.requests))
   io.write(string.format("seconds %.6f s\n", seconds))
   io.write(string.format("requests_per_second %.1f requests/s\n", summary.requests / seconds))
   io.write(string.format("latency_p50 %.3f ms\n", latency:percentile(50) / 1000))
   io.write(string.format("latency_p99 %.3f ms\n", latency:percentile(99) / 1000))
   io.write(string.format("refused %d requests\n", summary.errors.status))
   io.write(string.format("failed %d requests\n", failures))
end
