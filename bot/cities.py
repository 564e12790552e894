"""Large cities, and seats of universities, that give no name to their time zone: Mumbai keeps Asia/Kolkata's time."""

from collections.abc import Mapping
from functools import cache

_CITIES = """
America/New_York: Washington, Boston, Cambridge (Massachusetts), Philadelphia, Baltimore, Princeton, New Haven, Ithaca,
  Pittsburgh, Atlanta, Miami, Orlando, Charlotte, Raleigh, Durham, Cleveland, Columbus, Cincinnati, Ann Arbor, Buffalo
America/Chicago: Houston, Dallas, Austin, San Antonio, Minneapolis, Saint Louis, New Orleans, Nashville, Memphis,
  Milwaukee, Madison, Kansas City, Urbana-Champaign
America/Denver: Boulder, Salt Lake City, Albuquerque, Santa Fe, Los Alamos
America/Los_Angeles: San Francisco, San Jose (California), Palo Alto, Stanford, Berkeley, Mountain View, San Diego,
  Seattle, Portland, Las Vegas, Sacramento, Pasadena, Santa Barbara
America/Toronto: Ottawa, Montreal, Montréal, Quebec, Waterloo, Hamilton
America/Vancouver: Victoria, Burnaby
America/Edmonton: Calgary
America/Mexico_City: Guadalajara, Puebla
America/Bogota: Medellín, Cali
America/Guayaquil: Quito
America/Sao_Paulo: Rio de Janeiro, Brasília, Belo Horizonte, Campinas, Curitiba, Porto Alegre
America/Argentina/Buenos_Aires: Rosario, La Plata
America/Santiago: Valparaíso, Concepción
Europe/London: Manchester, Birmingham, Edinburgh, Glasgow, Oxford, Cambridge (England), Bristol, Leeds, Cardiff
Europe/Lisbon: Porto, Coimbra
Europe/Madrid: Barcelona, Valencia, Seville, Sevilla, Bilbao, Granada
Europe/Paris: Lyon, Marseille, Toulouse, Grenoble, Nice, Bordeaux, Lille, Strasbourg
Europe/Brussels: Antwerp, Ghent, Leuven
Europe/Amsterdam: Rotterdam, The Hague, Utrecht, Eindhoven, Delft, Leiden, Groningen
Europe/Berlin: Munich, München, Hamburg, Frankfurt, Cologne, Köln, Stuttgart, Leipzig, Dresden, Hannover, Nuremberg,
  Heidelberg, Tübingen, Karlsruhe, Aachen, Bonn, Freiburg, Göttingen, Saarbrücken, Darmstadt
Europe/Zurich: Geneva, Genève, Lausanne, Basel, Bern
Europe/Vienna: Graz, Linz, Salzburg, Innsbruck
Europe/Rome: Milan, Milano, Turin, Torino, Naples, Napoli, Bologna, Florence, Firenze, Pisa, Padua, Trieste
Europe/Warsaw: Kraków, Wrocław, Gdańsk, Poznań
Europe/Prague: Brno
Europe/Stockholm: Gothenburg, Uppsala, Lund, Malmö
Europe/Copenhagen: Aarhus
Europe/Oslo: Bergen, Trondheim
Europe/Helsinki: Espoo, Tampere, Turku
Europe/Athens: Thessaloniki, Heraklion
Europe/Bucharest: Cluj, Iași
Europe/Istanbul: Ankara, Izmir
Europe/Kyiv: Lviv, Kharkiv, Odesa
Europe/Moscow: Saint Petersburg
Asia/Novosibirsk: Akademgorodok
Asia/Jerusalem: Tel Aviv, Haifa, Rehovot
Asia/Riyadh: Jeddah, Thuwal, Mecca
Asia/Dubai: Abu Dhabi
Asia/Tehran: Isfahan, Shiraz
Asia/Karachi: Lahore, Islamabad
Asia/Kolkata: Mumbai, Delhi, New Delhi, Bangalore, Bengaluru, Chennai, Hyderabad, Pune, Ahmedabad, Kanpur, Kharagpur
Asia/Dhaka: Chittagong
Asia/Ho_Chi_Minh: Hanoi, Da Nang
Asia/Bangkok: Chiang Mai
Asia/Jakarta: Bandung, Surabaya
Asia/Kuala_Lumpur: Penang
Asia/Manila: Quezon City, Cebu
Asia/Shanghai: Beijing, Shenzhen, Guangzhou, Hangzhou, Nanjing, Wuhan, Chengdu, Xi'an, Tianjin, Hefei, Suzhou, Harbin
Asia/Hong_Kong: Kowloon
Asia/Taipei: Hsinchu, Kaohsiung, Tainan
Asia/Seoul: Busan, Daejeon, Pohang, Incheon
Asia/Tokyo: Osaka, Kyoto, Nagoya, Yokohama, Sapporo, Fukuoka, Sendai, Tsukuba
Australia/Sydney: Canberra, Newcastle, Wollongong
Pacific/Auckland: Wellington, Christchurch, Dunedin
Pacific/Honolulu: Hawaii
Africa/Johannesburg: Cape Town, Pretoria, Durban
Africa/Lagos: Abuja, Ibadan
Africa/Cairo: Alexandria, Giza
Africa/Casablanca: Rabat, Marrakesh
Africa/Nairobi: Mombasa
"""


@cache
def cities() -> Mapping[str, str]:
    """City -> IANA name of its zone."""
    found: dict[str, str] = {}
    for line in _CITIES.replace("\n  ", " ").strip().splitlines():
        zone, _, names = line.partition(":")
        found |= dict.fromkeys((name.strip() for name in names.split(",")), zone)
    return found
