-- Erases deliveries, wherever they are. ARGV: their ids.
for _, id in ipairs(ARGV) do erase(id) end
return #ARGV
